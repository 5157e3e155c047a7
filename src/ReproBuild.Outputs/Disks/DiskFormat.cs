using System.Collections.Immutable;
using ReproBuild.Outputs.Boot;
using ReproBuild.Outputs.Disks.Containers;

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
internal sealed class DiskFormat(string name, string suffix, DiskFirmware firmware, IDiskContainer container, BootOptions options) : IOutputFormat
{
    private const string BiosArchitecture = "amd64";

    public string Name => name;

    public ImmutableArray<string> ArtifactSuffixes { get; } = [suffix];

    public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var hasBios = context.Platform.Architecture == BiosArchitecture;
        if (firmware == DiskFirmware.Bios && !hasBios)
        {
            throw new OutputFormatException($"there is no BIOS on {context.Platform.Architecture}. Choose an efi format.");
        }

        var disk = new BootDisk(name, context, options, container);
        var content = firmware == DiskFirmware.Efi || !hasBios
            ? await disk.CreateEfiAsync(cancellationToken).ConfigureAwait(false)
            : await disk.CreateBiosAsync(cancellationToken).ConfigureAwait(false);
        await container.WriteAsync(content, context, suffix, cancellationToken).ConfigureAwait(false);
    }
}
