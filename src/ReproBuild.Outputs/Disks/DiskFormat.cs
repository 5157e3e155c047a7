using System.Collections.Immutable;
using ReproBuild.Outputs.Boot;

namespace ReproBuild.Outputs.Disks;

/// <summary>What starts a disk.</summary>
internal enum DiskFirmware
{
    /// <summary>A BIOS; x86 only.</summary>
    Bios,

    /// <summary>UEFI.</summary>
    Efi,

    /// <summary>A BIOS where there is one, as every cloud had it first; UEFI on other architectures.</summary>
    Native,
}

/// <summary>A bootable disk in a container.</summary>
internal sealed class DiskFormat(
    string name, string suffix, DiskFirmware firmware, IDiskContainer container, UefiProgram program, bool isStrict = false) : IOutputFormat
{
    private const string BiosArchitecture = "amd64";

    public string Name => name;

    public ImmutableArray<string> ArtifactSuffixes { get; } = [suffix];

    /// <summary>The bootable disks, by LinuxKit's names: each a firmware and a container.</summary>
    public static ImmutableArray<IOutputFormat> CreateAll(UefiProgram program, bool isStrict = false) =>
    [
        new DiskFormat("raw-bios", "-bios.img", DiskFirmware.Bios, new RawContainer(), program, isStrict),
        new DiskFormat("raw-efi", "-efi.img", DiskFirmware.Efi, new RawContainer(), program, isStrict),
        new DiskFormat("qcow2-bios", ".qcow2", DiskFirmware.Bios, new Qcow2Container(), program, isStrict),
        new DiskFormat("qcow2-efi", "-efi.qcow2", DiskFirmware.Efi, new Qcow2Container(), program, isStrict),
        new DiskFormat("vhd", ".vhd", DiskFirmware.Native, new VhdContainer(isDynamic: false), program, isStrict),
        new DiskFormat("dynamic-vhd", ".vhd", DiskFirmware.Native, new VhdContainer(isDynamic: true), program, isStrict),
        new DiskFormat("vmdk", ".vmdk", DiskFirmware.Native, new VmdkContainer(), program, isStrict),
        new DiskFormat("gcp", ".img.tar.gz", DiskFirmware.Native, new GcpContainer(), program, isStrict),
        new DiskFormat("aws", ".raw", DiskFirmware.Native, new RawContainer(), program, isStrict),
    ];

    public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var hasBios = context.Platform.Architecture == BiosArchitecture;
        if (firmware == DiskFirmware.Bios && !hasBios)
        {
            throw new OutputFormatException($"there is no BIOS on {context.Platform.Architecture}. Choose an efi format.");
        }

        var disk = new BootDisk(context, program, container, isStrict);
        var content = firmware == DiskFirmware.Efi || !hasBios
            ? await disk.CreateEfiAsync(cancellationToken).ConfigureAwait(false)
            : await disk.CreateBiosAsync(cancellationToken).ConfigureAwait(false);
        await container.WriteAsync(content, context, suffix, cancellationToken).ConfigureAwait(false);
    }
}
