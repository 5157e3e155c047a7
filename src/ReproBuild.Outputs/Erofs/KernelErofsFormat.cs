using System.Collections.Immutable;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Erofs;

/// <summary><c>kernel+erofs</c>: the kernel, the root as an EROFS image without <c>boot/</c>, and the command line, as separate files.</summary>
/// <param name="compression">How the files of the image are compressed.</param>
/// <param name="isStrict">Whether it is an error that something of the root is lost.</param>
internal sealed class KernelErofsFormat(ErofsCompression compression = ErofsCompression.None, bool isStrict = false) : IOutputFormat
{
    private const string ImageSuffix = "-erofs.img";

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
        var kernel = context.RequireKernel();
        var options = new ErofsOptions
        {
            Uuid = IdentifierDerivation.DeriveGuid(context.Root.ComputeDigest(cancellationToken), "erofs uuid"),
            SourceDateEpoch = context.SourceDateEpoch,
            Compression = compression,
            MaxParallelism = context.MaxParallelism,
            Strict = isStrict,
            Logger = context.Logger,
        };
        var image = await ErofsImage.CreateAsync(context.RootWithoutBoot(), options, context.Scratch, cancellationToken).ConfigureAwait(false);
        await KernelArtifacts.WriteAsync(context, kernel, cancellationToken).ConfigureAwait(false);
        await context.WriteArtifactAsync(ImageSuffix, image, cancellationToken).ConfigureAwait(false);
    }
}
