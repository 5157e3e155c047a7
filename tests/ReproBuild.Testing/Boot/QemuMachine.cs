using System.Collections.Immutable;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Testing.Boot;

/// <summary>The firmware of a test machine.</summary>
public enum QemuFirmware
{
    /// <summary>SeaBIOS, which QEMU brings; amd64 only.</summary>
    Bios,

    /// <summary>EDK2: OVMF on amd64, AAVMF on arm64.</summary>
    Efi,
}

/// <summary>How a disk is attached. IDE is several times slower than virtio in emulation.</summary>
public enum QemuBus
{
    /// <summary>virtio-blk.</summary>
    Virtio,

    /// <summary>PIIX IDE; amd64 only.</summary>
    Ide,

    /// <summary>NVMe.</summary>
    Nvme,

    /// <summary>An SD card, whose size is a power of two; a Raspberry Pi only.</summary>
    SdCard,
}

/// <summary>What a test machine is.</summary>
public enum QemuBoard
{
    /// <summary>A PC, or QEMU's generic board for arm64.</summary>
    Generic,

    /// <summary>A Raspberry Pi 3 Model B: arm64 with 1 GiB. Its <see cref="QemuMachine.Kernel"/> is what its firmware would load from the card: U-Boot.</summary>
    RaspberryPi3,
}

/// <summary>A disk of a test machine.</summary>
/// <param name="Path">The image, which is never written.</param>
/// <param name="Format">QEMU's name of its format: <c>raw</c>, <c>qcow2</c>, <c>vpc</c> or <c>vmdk</c>.</param>
/// <param name="Bus">How it is attached.</param>
public sealed record QemuDisk(string Path, string Format = "raw", QemuBus Bus = QemuBus.Virtio)
{
    /// <summary>A sector of 512 bytes that cannot be read, or null; a disk without a container only.</summary>
    public long? BadSector { get; init; }

    /// <summary>Whether <see cref="BadSector"/> can be read when it is tried again.</summary>
    public bool IsBadOnce { get; init; }
}

/// <summary>A machine that boots artifacts in QEMU's software emulation and watches its serial console.</summary>
/// <remarks>Give exactly one of <see cref="Kernel"/>, <see cref="CdRom"/> and <see cref="Disk"/>. Artifacts are never written.</remarks>
public sealed record QemuMachine
{
    /// <summary>The architecture as Go names it: <c>amd64</c> or <c>arm64</c>.</summary>
    /// <value>Default <c>amd64</c>.</value>
    public string Architecture { get; init; } = "amd64";

    /// <summary>The board.</summary>
    /// <value>Default <see cref="QemuBoard.Generic"/>.</value>
    public QemuBoard Board { get; init; }

    /// <summary>The firmware. A kernel given directly needs none on arm64.</summary>
    /// <value>Default <see cref="QemuFirmware.Bios"/>.</value>
    public QemuFirmware Firmware { get; init; } = QemuFirmware.Bios;

    /// <summary>A kernel that QEMU starts itself.</summary>
    public string? Kernel { get; init; }

    /// <summary>The initrd of <see cref="Kernel"/>.</summary>
    public string? Initrd { get; init; }

    /// <summary>The command line of <see cref="Kernel"/>.</summary>
    public string? CommandLine { get; init; }

    /// <summary>More disks beside <see cref="Kernel"/>, such as its root file system.</summary>
    public ImmutableArray<QemuDisk> Drives { get; init; } = [];

    /// <summary>A CD image to boot from.</summary>
    public string? CdRom { get; init; }

    /// <summary>A disk image to boot from.</summary>
    public QemuDisk? Disk { get; init; }

    /// <summary>The memory in MiB.</summary>
    /// <value>Default 1024.</value>
    public int MemoryMiB { get; init; } = 1024;

    /// <summary>How long the machine may take to print the marker.</summary>
    /// <value>Default 4 minutes, for busy hosts: a boot takes seconds.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>Why tests that boot this machine are skipped, or null when they can run.</summary>
    public string? SkipReason => QemuCommandLine.Program(Architecture) is { IsAvailable: false } program
        ? program.SkipReason
        : Firmware == QemuFirmware.Efi && QemuFirmwareFiles.Find(Architecture) is null ? QemuFirmwareFiles.SkipReason(Architecture) : null;

    /// <summary>Boots until the marker is on the serial console, then stops the machine.</summary>
    /// <param name="marker">A text that userspace computes; <see cref="Images.TestImages.Marker"/> is one.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <returns>What the console showed, without carriage returns and terminal sequences.</returns>
    /// <exception cref="InvalidOperationException">There was no marker; the message ends with the console's last lines.</exception>
    public async Task<string> BootAsync(string marker, CancellationToken cancellationToken = default)
    {
        if (new object?[] { Kernel, CdRom, Disk }.Count(static way => way is not null) != 1)
        {
            throw new InvalidOperationException("Give the machine exactly one of Kernel, CdRom and Disk.");
        }

        using var turn = await QemuTurn.WaitAsync(cancellationToken);
        using var directory = new TemporaryDirectory("qemu");
        var run = new QemuRun(this, directory);
        return await run.WaitForAsync(marker, cancellationToken);
    }
}
