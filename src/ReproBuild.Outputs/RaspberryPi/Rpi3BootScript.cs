using System.Globalization;
using System.Text;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.RaspberryPi;

/// <summary>What U-Boot runs: it loads kernel, device tree and initrd from the card's first partition and starts the kernel.</summary>
/// <remarks>
/// Files of any size must not overlap in memory, so the script says itself where they go, and does not use U-Boot's addresses, which
/// are near each other. From below: the place where the kernel runs, the device tree, the initrd, and the kernel as it is on the card.
/// </remarks>
internal static class Rpi3BootScript
{
    /// <summary>A device tree has at most 2 MiB, the board's far less (Documentation/arch/arm64/booting.rst).</summary>
    public const uint DeviceTreeAddress = 127 * Mebibyte;

    /// <summary>The command line when the configuration has none, as LinuxKit's image always has it.</summary>
    private const string DefaultCommandLine = "dwc_otg.lpm_enable=0 earlyprintk console=tty1 console=ttyS0,115200 root=/dev/ram0 rw";

    private const uint Mebibyte = 1024 * 1024;

    private const uint InitrdAddress = 128 * Mebibyte;

    /// <summary>Of the board's 1 GiB the GPU has 76 MiB at the top by default, and U-Boot lies below that.</summary>
    private const uint MemoryEnd = 896 * Mebibyte;

    /// <param name="commandLine">The kernel's command line; empty for LinuxKit's.</param>
    /// <param name="kernelSize">The size of the kernel's file on the card, in bytes.</param>
    /// <param name="initrdSize">The size of the initrd's file on the card, in bytes.</param>
    /// <exception cref="OutputFormatException">
    /// The command line holds what U-Boot cannot quote, or the files are larger than the board's memory.
    /// </exception>
    public static FileContent Create(string commandLine, long kernelSize, long initrdSize)
    {
        var arguments = commandLine.Length == 0 ? DefaultCommandLine : commandLine;
        if (arguments.AsSpan().ContainsAny('\'', '\n', '\r'))
        {
            throw new OutputFormatException(
                "the kernel command line holds a single quote or a line break, which U-Boot cannot quote. Remove it from kernel.cmdline.");
        }

        var kernelAddress = (InitrdAddress + initrdSize + Mebibyte - 1) / Mebibyte * Mebibyte;
        if (kernelAddress + kernelSize > MemoryEnd)
        {
            throw new OutputFormatException(
                $"the kernel has {kernelSize} bytes and the initrd {initrdSize}, together more than the {MemoryEnd - InitrdAddress} " +
                "that the board's memory has room for. Make the root file system smaller.");
        }

        return FileContent.FromBytes(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            setenv bootargs '{{arguments}}'
            fatload mmc 0:1 0x{{DeviceTreeAddress:x8}} {{Rpi3Card.DeviceTrees}}/${fdtfile}
            fatload mmc 0:1 0x{{InitrdAddress:x8}} {{Rpi3Card.Initrd}}
            fatload mmc 0:1 0x{{kernelAddress:x8}} {{Rpi3Card.Kernel}}
            bootm 0x{{kernelAddress:x8}} 0x{{InitrdAddress:x8}} 0x{{DeviceTreeAddress:x8}}

            """).ReplaceLineEndings("\n")));
    }
}
