using System.Collections.Immutable;

namespace ReproBuild.Outputs.Erofs;

/// <summary><c>kernel+erofs</c>: the kernel, the root as an EROFS image without <c>boot/</c>, and the command line, as separate files.</summary>
public sealed class KernelErofsFormat : IOutputFormat
{
    private const string ImageSuffix = "-erofs.img";

    private readonly ErofsCompression _compression;

    /// <summary>The format without compression, as LinuxKit's.</summary>
    public KernelErofsFormat()
        : this(ErofsCompression.None)
    {
    }

    /// <summary>The format with a compression.</summary>
    /// <param name="compression">How the files of the image are compressed; the kernel must have it (CONFIG_EROFS_FS_ZIP).</param>
    /// <exception cref="ArgumentOutOfRangeException">The compression is not known.</exception>
    public KernelErofsFormat(ErofsCompression compression)
    {
        if (!Enum.IsDefined(compression))
        {
            throw new ArgumentOutOfRangeException(nameof(compression), compression, "The compression is not known.");
        }

        _compression = compression;
    }

    /// <inheritdoc/>
    public string Name => "kernel+erofs";

    /// <inheritdoc/>
    public ImmutableArray<string> ArtifactSuffixes { get; } = [KernelArtifacts.KernelSuffix, ImageSuffix, KernelArtifacts.CommandLineSuffix];

    /// <inheritdoc/>
    public ImmutableArray<string> SharedArtifactSuffixes => KernelArtifacts.Suffixes;

    /// <inheritdoc/>
    public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var kernel = context.RequireKernel(Name);
        var options = new ErofsOptions
        {
            Uuid = IdentifierDerivation.DeriveGuid(context.Root.ComputeDigest(cancellationToken), "erofs uuid"),
            SourceDateEpoch = context.SourceDateEpoch,
            Compression = _compression,
            MaxParallelism = context.MaxParallelism,
            FormatName = Name,
        };
        var image = await ErofsImage.CreateAsync(RootWithoutBoot.Of(context.Root), options, context.Scratch, cancellationToken).ConfigureAwait(false);
        await KernelArtifacts.WriteAsync(context, kernel, cancellationToken).ConfigureAwait(false);
        await context.WriteArtifactAsync(ImageSuffix, image, cancellationToken).ConfigureAwait(false);
    }
}
