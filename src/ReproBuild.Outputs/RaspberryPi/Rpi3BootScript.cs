using System.Text;
using ReproBuild.Core;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.RaspberryPi;

/// <summary>What U-Boot runs: it loads kernel, device tree and initrd from the card's first partition and starts the kernel.</summary>
internal static class Rpi3BootScript
{
    /// <summary>The command line when the configuration has none, as LinuxKit's image always has it.</summary>
    private const string DefaultCommandLine = "dwc_otg.lpm_enable=0 earlyprintk console=tty1 console=ttyS0,115200 root=/dev/ram0 rw";

    private const string KernelAddress = "0x01000000";

    /// <exception cref="OutputFormatException">The command line holds what U-Boot cannot quote.</exception>
    public static FileContent Create(string format, string commandLine)
    {
        var arguments = commandLine.Length == 0 ? DefaultCommandLine : commandLine;
        if (arguments.AsSpan().ContainsAny('\'', '\n', '\r'))
        {
            throw new OutputFormatException(format, "the kernel command line holds a single quote or a line break, which U-Boot cannot quote. Remove it from kernel.cmdline.");
        }

        return FileContent.FromBytes(Encoding.UTF8.GetBytes(
            $"setenv bootargs '{arguments}'\n" +
            $"fatload mmc 0:1 {KernelAddress} {Rpi3Card.Kernel}\n" +
            $"fatload mmc 0:1 ${{fdt_addr_r}} {Rpi3Card.DeviceTrees}/${{fdtfile}}\n" +
            $"fatload mmc 0:1 ${{ramdisk_addr_r}} {Rpi3Card.Initrd}\n" +
            $"bootm {KernelAddress} ${{ramdisk_addr_r}} ${{fdt_addr_r}}\n"));
    }
}
