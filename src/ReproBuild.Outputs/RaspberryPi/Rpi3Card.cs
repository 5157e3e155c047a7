using System.Text;
using Microsoft.Extensions.Logging;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.RaspberryPi;

/// <summary>The files of the SD card's boot partition.</summary>
internal sealed class Rpi3Card(FileTime time)
{
    public const string Kernel = "kernel.uimg";
    public const string Initrd = "initrd.uimg";
    public const string Script = "boot.scr";
    public const string DeviceTrees = "dtb";

    private const string Configuration = "config.txt";
    private const string DeviceTreeDirectory = "broadcom";
    private const string DeviceTreePrefix = "bcm2837-rpi-3-b";

    /// <summary>What the GPU and U-Boot cannot do without.</summary>
    private static readonly string[] Required = ["bootcode.bin", "start.elf", "fixup.dat", "u-boot.bin"];

    /// <summary>64-bit mode, the serial console, U-Boot as the kernel that the GPU starts.</summary>
    private const string DefaultConfiguration = "avoid_warnings=2\narm_64bit=1\nenable_uart=1\nkernel=u-boot.bin\n";

    private static readonly TreeHoldings FirmwareHoldings = new("the card's FAT partition") { HasSpecialFiles = false };

    private readonly FileTreeBuilder _card = new();

    /// <summary>Copies the firmware's files; of them only names and contents count.</summary>
    /// <exception cref="OutputFormatException">One that is needed is missing, or one would be left out and must not.</exception>
    public Rpi3Card AddFirmware(FileTree? firmware, bool isStrict, ILogger logger)
    {
        var missing = Required.Where(name => firmware?.Find(name)?.Inode.Type != FileType.RegularFile).ToList();
        if (firmware is null || missing.Count > 0)
        {
            throw new OutputFormatException(
                $"the Raspberry Pi's firmware lacks {string.Join(", ", missing)}. Give the files of " +
                "github.com/raspberrypi/firmware (boot/) and U-Boot's rpi_3 build in OutputOptions.RaspberryPiFirmware.");
        }

        TreeLosses.Report(firmware, FirmwareHoldings, isStrict, logger);
        foreach (var entry in firmware.Entries.Where(static e => e.Inode.Type == FileType.RegularFile))
        {
            Add(entry.Path, entry.Inode.Content);
        }

        if (firmware.Find(Configuration) is null)
        {
            Add(Configuration, FileContent.FromBytes(Encoding.ASCII.GetBytes(DefaultConfiguration)));
        }

        return this;
    }

    /// <summary>Copies the device trees of the board from where LinuxKit's and Debian's kernels have them, else the firmware's.</summary>
    /// <exception cref="OutputFormatException">There are none.</exception>
    public Rpi3Card AddDeviceTrees(FileTree root)
    {
        var found = root.Entries.Where(static e => IsDeviceTree(e)).ToList();
        foreach (var entry in found)
        {
            Add($"{DeviceTrees}/{DeviceTreeDirectory}/{entry.Name}", entry.Inode.Content);
        }

        if (found.Count == 0 && _card.Find($"{DeviceTrees}/{DeviceTreeDirectory}/{DeviceTreePrefix}.dtb") is null)
        {
            throw new OutputFormatException(
                $"there is no device tree {DeviceTreePrefix}*.dtb. Use a kernel whose kernel.tar has boot/dtb/{DeviceTreeDirectory}/, " +
                $"or put {DeviceTrees}/{DeviceTreeDirectory}/ into the firmware.");
        }

        return this;
    }

    public Rpi3Card Add(ByteString path, FileContent content)
    {
        var file = Inode.File(content, time: time);
        _card.Add(path, file, implicitParent: Inode.Directory(time: time));
        return this;
    }

    public FileTree Build() => _card.Build();

    private static bool IsDeviceTree(FileTreeEntry entry)
    {
        var name = entry.Name.Span;
        var path = entry.Path.Span;
        var inBroadcom = path.Length > name.Length && path[..(path.Length - name.Length - 1)].EndsWith("/broadcom"u8);
        return entry.Inode.Type == FileType.RegularFile && inBroadcom && name.StartsWith("bcm2837-rpi-3-b"u8) && name.EndsWith(".dtb"u8);
    }
}
