using System.Collections.Immutable;

namespace ReproBuild.Outputs.SquashFs;

/// <summary><c>kernel+squashfs</c>: the kernel, the root file system as a SquashFS image without <c>boot/</c>, and the command line.</summary>
/// <remarks>Attach the image as a disk and name it in the command line, as in <c>root=/dev/vda</c>.</remarks>
public sealed class KernelSquashFsFormat : IOutputFormat
{
    private const string ImageSuffix = "-squashfs.img";

    private readonly SquashFsCompression _compression;

    /// <summary>Makes the format with gzip, which every kernel with SquashFS reads.</summary>
    public KernelSquashFsFormat()
        : this(SquashFsCompression.Gzip)
    {
    }

    /// <summary>Makes the format.</summary>
    /// <param name="compression">How the image's blocks are compressed; the kernel must have been built with it (<c>CONFIG_SQUASHFS_ZSTD</c>, for one).</param>
    /// <exception cref="ArgumentOutOfRangeException">The compression is not known.</exception>
    public KernelSquashFsFormat(SquashFsCompression compression)
    {
        if (!Enum.IsDefined(compression))
        {
            throw new ArgumentOutOfRangeException(nameof(compression), compression, "The compression is not one of SquashFsCompression's.");
        }

        _compression = compression;
    }

    /// <inheritdoc/>
    public string Name => "kernel+squashfs";

    /// <inheritdoc/>
    public ImmutableArray<string> ArtifactSuffixes { get; } = [KernelArtifacts.KernelSuffix, ImageSuffix, KernelArtifacts.CommandLineSuffix];

    /// <inheritdoc/>
    public ImmutableArray<string> SharedArtifactSuffixes => KernelArtifacts.Suffixes;

    /// <inheritdoc/>
    public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var kernel = context.RequireKernel(Name);
        var options = new SquashFsOptions
        {
            Compression = _compression,
            FormatName = Name,
            MaxParallelism = context.MaxParallelism,
            SourceDateEpoch = context.SourceDateEpoch,
        };
        var image = await SquashFsImage.CreateAsync(RootWithoutBoot.Of(context.Root), options, context.Scratch, cancellationToken).ConfigureAwait(false);
        await KernelArtifacts.WriteAsync(context, kernel, cancellationToken).ConfigureAwait(false);
        await context.WriteArtifactAsync(ImageSuffix, image, cancellationToken).ConfigureAwait(false);
    }
}
