using System.Collections.Immutable;
using ReproBuild.Outputs.Boot;
using ReproBuild.Outputs.Disks.Containers;

namespace ReproBuild.Outputs.Disks;

/// <summary>The bootable disks, by LinuxKit's names: each a firmware and a container.</summary>
internal static class DiskFormats
{
    public static ImmutableArray<IOutputFormat> Create(BootOptions options) =>
    [
        new DiskFormat("raw-bios", "-bios.img", DiskFirmware.Bios, new RawContainer(), options),
        new DiskFormat("raw-efi", "-efi.img", DiskFirmware.Efi, new RawContainer(), options),
        new DiskFormat("qcow2-bios", ".qcow2", DiskFirmware.Bios, new Qcow2Container(), options),
        new DiskFormat("qcow2-efi", "-efi.qcow2", DiskFirmware.Efi, new Qcow2Container(), options),
        new DiskFormat("vhd", ".vhd", DiskFirmware.Native, new VhdContainer(isDynamic: false), options),
        new DiskFormat("dynamic-vhd", ".vhd", DiskFirmware.Native, new VhdContainer(isDynamic: true), options),
        new DiskFormat("vmdk", ".vmdk", DiskFirmware.Native, new VmdkContainer(), options),
        new DiskFormat("gcp", ".img.tar.gz", DiskFirmware.Native, new GcpContainer(), options),
        new DiskFormat("aws", ".raw", DiskFirmware.Native, new RawContainer(), options),
    ];
}
