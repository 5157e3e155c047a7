using System.Collections.Immutable;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Initrd;

/// <summary><c>kernel+initrd</c>: the kernel, the initial root file system and the command line, as separate files.</summary>
/// <param name="initrd">How the initrd is written; null for the defaults.</param>
internal sealed class KernelInitrdFormat(InitrdOptions? initrd = null) : IOutputFormat
{
    private const string InitrdSuffix = "-initrd.img";

    private readonly InitrdOptions _options = initrd ?? new InitrdOptions();

    /// <inheritdoc/>
    public string Name => "kernel+initrd";

    /// <inheritdoc/>
    public ImmutableArray<string> ArtifactSuffixes { get; } = [KernelArtifacts.KernelSuffix, InitrdSuffix, KernelArtifacts.CommandLineSuffix];

    /// <inheritdoc/>
    public ImmutableArray<string> SharedArtifactSuffixes => KernelArtifacts.Suffixes;

    /// <inheritdoc/>
    public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var kernel = context.RequireKernel();
        var image = await InitrdImage.GetOrCreateAsync(context, _options, cancellationToken).ConfigureAwait(false);
        await KernelArtifacts.WriteAsync(context, kernel, cancellationToken).ConfigureAwait(false);
        await context.WriteArtifactAsync(InitrdSuffix, image, cancellationToken).ConfigureAwait(false);
    }
}
