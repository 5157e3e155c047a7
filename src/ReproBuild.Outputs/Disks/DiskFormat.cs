using System.Collections.Immutable;
using ReproBuild.Outputs.Boot;
using ReproBuild.Outputs.Initrd;

namespace ReproBuild.Outputs.Disks;

/// <summary>Writes a kind of bootable disk.</summary>
/// <param name="kind">The disk.</param>
/// <param name="program">What starts the kernel on UEFI.</param>
/// <param name="initrd">How the initrd is written.</param>
/// <param name="effort">How hard a container compresses.</param>
internal sealed class DiskFormat(DiskKind kind, UefiProgram program, InitrdOptions initrd, CompressionEffort effort) : IOutputFormat
{
    private const string BiosArchitecture = "amd64";

    /// <inheritdoc/>
    public string Name => kind.Name;

    /// <inheritdoc/>
    public ImmutableArray<string> ArtifactSuffixes { get; } = [kind.Suffix];

    /// <inheritdoc/>
    /// <remarks>
    /// For the initrd, and where the container compresses that again; before that, a unified kernel image is read for its checksum.
    /// </remarks>
    public int RootReads =>
        !kind.Container.Compresses || initrd.Compression == InitrdCompression.None ? 1 : kind.Firmware == DiskFirmware.Efi ? 3 : 2;

    /// <inheritdoc/>
    public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var hasBios = context.Platform.Architecture == BiosArchitecture;
        if (kind.Firmware == DiskFirmware.Bios && !hasBios)
        {
            throw new OutputFormatException($"there is no BIOS on {context.Platform.Architecture}. Choose an efi format.");
        }

        var disk = new BootDisk(context, program, kind.Container, initrd);
        var content = kind.Firmware == DiskFirmware.Efi || !hasBios
            ? await disk.CreateEfiAsync(cancellationToken).ConfigureAwait(false)
            : await disk.CreateBiosAsync(cancellationToken).ConfigureAwait(false);
        await kind.Container.WriteAsync(content, context, kind.Suffix, effort, cancellationToken).ConfigureAwait(false);
    }
}
