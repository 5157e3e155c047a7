using System.Collections.Immutable;

namespace ReproBuild.Outputs.Disks;

/// <summary>What starts a disk.</summary>
internal enum DiskFirmware
{
    /// <summary>A BIOS; x86 only.</summary>
    Bios,

    /// <summary>UEFI.</summary>
    Efi,

    /// <summary>A BIOS where there is one, as LinuxKit has it; UEFI on other architectures.</summary>
    Native,
}

/// <summary>A bootable disk: a firmware and a container.</summary>
/// <param name="Name">The format's name.</param>
/// <param name="Suffix">What its file is called, after the build's name.</param>
/// <param name="Firmware">What starts it.</param>
/// <param name="Container">What it is put into.</param>
internal sealed record DiskKind(string Name, string Suffix, DiskFirmware Firmware, IDiskContainer Container)
{
    private static readonly RawContainer Raw = new();
    private static readonly Qcow2Container Qcow2 = new();
    private static readonly VhdContainer FixedVhd = new(isDynamic: false);
    private static readonly VhdContainer DynamicVhd = new(isDynamic: true);
    private static readonly VmdkContainer Vmdk = new();
    private static readonly GcpContainer Gcp = new();

    /// <summary>All of them: LinuxKit's names, and beside each that starts from a BIOS the one that starts from UEFI.</summary>
    public static ImmutableArray<DiskKind> All { get; } =
    [
        new("raw-bios", "-bios.img", DiskFirmware.Bios, Raw),
        new("raw-efi", "-efi.img", DiskFirmware.Efi, Raw),
        new("qcow2-bios", ".qcow2", DiskFirmware.Bios, Qcow2),
        new("qcow2-efi", "-efi.qcow2", DiskFirmware.Efi, Qcow2),
        new("vhd", ".vhd", DiskFirmware.Native, FixedVhd),
        new("vhd-efi", "-efi.vhd", DiskFirmware.Efi, FixedVhd),
        new("dynamic-vhd", ".vhd", DiskFirmware.Native, DynamicVhd),
        new("dynamic-vhd-efi", "-efi.vhd", DiskFirmware.Efi, DynamicVhd),
        new("vmdk", ".vmdk", DiskFirmware.Native, Vmdk),
        new("vmdk-efi", "-efi.vmdk", DiskFirmware.Efi, Vmdk),
        new("gcp", ".img.tar.gz", DiskFirmware.Native, Gcp),
        new("gcp-efi", "-efi.img.tar.gz", DiskFirmware.Efi, Gcp),
        new("aws", ".raw", DiskFirmware.Native, Raw),
        new("aws-efi", "-efi.raw", DiskFirmware.Efi, Raw),
    ];
}
