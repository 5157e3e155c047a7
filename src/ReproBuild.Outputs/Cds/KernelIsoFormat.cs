using System.Collections.Immutable;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Cds;

/// <summary><c>kernel+iso</c>: the kernel, the command line and the root file system as an ISO 9660 volume, as separate files.</summary>
/// <param name="joliet">Whether the volume has Joliet names.</param>
/// <param name="isStrict">Whether it is an error that something of the root is lost.</param>
internal sealed class KernelIsoFormat(bool joliet, bool isStrict = false) : IOutputFormat
{
    private const string Suffix = ".iso";

    /// <inheritdoc/>
    public string Name => "kernel+iso";

    /// <inheritdoc/>
    public ImmutableArray<string> ArtifactSuffixes { get; } = [KernelArtifacts.KernelSuffix, KernelArtifacts.CommandLineSuffix, Suffix];

    /// <inheritdoc/>
    public ImmutableArray<string> SharedArtifactSuffixes => KernelArtifacts.Suffixes;

    /// <inheritdoc/>
    public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var kernel = context.RequireKernel();
        var volume = IsoRoot.Create(context, context.RootWithoutBoot(), joliet, boot: null, isStrict, cancellationToken);
        await KernelArtifacts.WriteAsync(context, kernel, cancellationToken).ConfigureAwait(false);
        await context.WriteArtifactAsync(Suffix, volume, cancellationToken).ConfigureAwait(false);
    }
}
