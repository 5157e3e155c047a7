using System.Globalization;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Testing.Boot;

/// <summary>The command line of QEMU for a machine.</summary>
internal static class QemuCommandLine
{
    private static readonly ExternalTool Amd64 = new("qemu-system-x86_64", "qemu-system-x86");
    private static readonly ExternalTool Arm64 = new("qemu-system-aarch64", "qemu-system-arm");

    public static ExternalTool Program(string architecture) => architecture == "arm64" ? Arm64 : Amd64;

    public static List<string> Create(QemuMachine machine, string console, TemporaryDirectory directory)
    {
        List<string> arguments =
        [
            "-nodefaults", "-no-user-config", "-display", "none", "-vga", "none", "-monitor", "none", "-parallel", "none", "-no-reboot",
            .. Hardware(machine), "-accel", "tcg", "-m", $"{machine.MemoryMiB}",
            "-chardev", $"file,id=console,path={Escape(console)}", "-serial", "chardev:console",
        ];
        AddFirmware(arguments, machine, directory);
        AddKernel(arguments, machine);
        QemuDisk[] disks = machine.Disk is { } disk ? [disk, .. machine.Drives] : [.. machine.Drives];
        for (var i = 0; i < disks.Length; i++)
        {
            AddDisk(arguments, disks[i], i, bootable: machine.Disk is not null);
        }

        if (machine.CdRom is { } cd)
        {
            AddCdRom(arguments, machine.Architecture, cd);
        }

        return arguments;
    }

    private static string[] Hardware(QemuMachine machine) => (machine.Board, machine.Architecture) switch
    {
        (QemuBoard.RaspberryPi3, _) => ["-machine", "raspi3b"],
        (_, "arm64") => ["-machine", "virt", "-cpu", "max,pauth-impdef=on", "-smp", "1"],
        // graphics=off makes SeaBIOS talk on the serial line.
        _ => ["-machine", "pc,graphics=off", "-cpu", "max", "-smp", "1"],
    };

    private static void AddFirmware(List<string> arguments, QemuMachine machine, TemporaryDirectory directory)
    {
        if (machine.Firmware != QemuFirmware.Efi)
        {
            return;
        }

        var files = QemuFirmwareFiles.Find(machine.Architecture) ?? throw new InvalidOperationException(machine.SkipReason);
        var variables = directory["variables.fd"];
        System.IO.File.Copy(files.Variables, variables);
        arguments.AddRange(["-drive", $"if=pflash,unit=0,format=raw,readonly=on,file={Escape(files.Code)}"]);
        arguments.AddRange(["-drive", $"if=pflash,unit=1,format=raw,file={Escape(variables)}"]);
    }

    private static void AddKernel(List<string> arguments, QemuMachine machine)
    {
        if (machine.Kernel is { } kernel)
        {
            arguments.AddRange(["-kernel", Path.GetFullPath(kernel)]);
            arguments.AddRange(machine.Initrd is { } initrd ? ["-initrd", Path.GetFullPath(initrd)] : []);
            arguments.AddRange(machine.CommandLine is { } line ? ["-append", line] : []);
        }
    }

    private static void AddDisk(List<string> arguments, QemuDisk disk, int number, bool bootable)
    {
        if (disk.Bus == QemuBus.SdCard)
        {
            arguments.AddRange(["-drive", $"if=sd,snapshot=on,format={disk.Format},file={Escape(disk.Path)}"]);
            return;
        }

        var device = disk.Bus switch
        {
            QemuBus.Ide => $"ide-hd,bus=ide.{number / 2}",
            QemuBus.Nvme => $"nvme,serial=disk{number}",
            _ => "virtio-blk-pci",
        };
        arguments.AddRange(["-drive", $"if=none,id=disk{number},snapshot=on,format={disk.Format},{File(disk)}"]);
        arguments.AddRange(["-device", $"{device},drive=disk{number}{(bootable ? $",bootindex={number + 1}" : "")}"]);
    }

    private static string File(QemuDisk disk) => disk.BadSector is not { } sector
        ? $"file={Escape(disk.Path)}"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"file.driver=blkdebug,file.inject-error.0.event=read_aio,file.inject-error.0.sector={sector}," +
            $"file.inject-error.0.once={(disk.IsBadOnce ? "on" : "off")},file.image.driver=file,file.image.filename={Escape(disk.Path)}");

    private static void AddCdRom(List<string> arguments, string architecture, string path)
    {
        // The arm64 board has no IDE; virtio-scsi would need a driver that the kernel of the tests lacks, so firmware and kernel see a disk.
        var device = architecture == "arm64" ? "virtio-blk-pci" : "ide-cd,bus=ide.1";
        arguments.AddRange(["-drive", $"if=none,id=cd,media=cdrom,readonly=on,format=raw,file={Escape(path)}"]);
        arguments.AddRange(["-device", $"{device},drive=cd,bootindex=1"]);
    }

    /// <summary>A path inside an option list: absolute, so that no prefix reads as a protocol, with commas doubled.</summary>
    private static string Escape(string path) => Path.GetFullPath(path).Replace(",", ",,", StringComparison.Ordinal);
}
