using System.Collections.Immutable;
using ReproBuild.Outputs.Boot;

namespace ReproBuild.Outputs.Iso9660;

/// <summary><c>kernel+iso</c>: the kernel, the command line and the root file system as an ISO 9660 volume, as separate files.</summary>
public sealed class KernelIsoFormat : IOutputFormat
{
    private const string Suffix = ".iso";

    private readonly BootOptions _options;

    /// <summary>Creates the format.</summary>
    /// <param name="options">Whether the volume has Joliet names; null for the defaults.</param>
    public KernelIsoFormat(BootOptions? options = null) => _options = options ?? new BootOptions();

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
        var kernel = context.RequireKernel(Name);
        var image = IsoRoot.Create(context, RootWithoutBoot.Of(context.Root), IsoRoot.Options(context, Name, _options), cancellationToken);
        await KernelArtifacts.WriteAsync(context, kernel, cancellationToken).ConfigureAwait(false);
        await context.WriteArtifactAsync(Suffix, image.Content, cancellationToken).ConfigureAwait(false);
    }
}
