using System.Collections.Immutable;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.SquashFs;

/// <summary><c>kernel+squashfs</c>: the kernel, the root file system as a SquashFS image without <c>boot/</c>, and the command line.</summary>
/// <remarks>Attach the image as a disk and name it in the command line, as in <c>root=/dev/vda</c>.</remarks>
/// <param name="compression">How the image's blocks are compressed.</param>
/// <param name="effort">How hard.</param>
/// <param name="isStrict">Whether it is an error that something of the root is lost.</param>
internal sealed class KernelSquashFsFormat(
    SquashFsCompression compression = SquashFsCompression.Gzip, CompressionEffort effort = CompressionEffort.Default, bool isStrict = false)
    : IOutputFormat
{
    private const string ImageSuffix = "-squashfs.img";

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
        var kernel = context.RequireKernel();
        var options = new SquashFsOptions
        {
            Compression = compression,
            Effort = effort,
            MaxParallelism = context.MaxParallelism,
            Pieces = context.Pieces,
            SourceDateEpoch = context.SourceDateEpoch,
            Strict = isStrict,
            Logger = context.Logger,
        };
        var image = await SquashFsImage.CreateAsync(context.RootWithoutBoot(), options, context.Scratch, cancellationToken).ConfigureAwait(false);
        await KernelArtifacts.WriteAsync(context, kernel, cancellationToken).ConfigureAwait(false);
        await context.WriteArtifactAsync(ImageSuffix, image, cancellationToken).ConfigureAwait(false);
    }
}
