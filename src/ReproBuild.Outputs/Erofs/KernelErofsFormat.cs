using System.Collections.Immutable;
using ReproBuild.Core.Building;

namespace ReproBuild.Outputs.Erofs;

/// <summary><c>kernel+erofs</c>: the kernel, the root as an EROFS image without <c>boot/</c>, and the command line, as separate files.</summary>
public sealed class KernelErofsFormat : IOutputFormat
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
        var kernel = context.RequireKernel(Name);
        var image = ErofsImage.Create(RootWithoutBoot.Of(context.Root), new ErofsOptions
        {
            Uuid = IdentifierDerivation.DeriveGuid(context.Root.ComputeDigest(), "erofs uuid"),
            SourceDateEpoch = context.SourceDateEpoch,
            FormatName = Name,
        });
        await KernelArtifacts.WriteAsync(context, kernel, cancellationToken).ConfigureAwait(false);
        await context.WriteArtifactAsync(ImageSuffix, image, cancellationToken).ConfigureAwait(false);
    }
}
