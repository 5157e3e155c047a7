using System.Collections.Immutable;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Initrd;

/// <summary><c>kernel+initrd</c>: the kernel, the initial root file system and the command line, as separate files.</summary>
/// <param name="isStrict">Whether it is an error that something of the root is lost.</param>
internal sealed class KernelInitrdFormat(bool isStrict = false) : IOutputFormat
{
    private const string InitrdSuffix = "-initrd.img";

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
        var initrd = await InitrdImage.GetOrCreateAsync(context, isStrict, cancellationToken).ConfigureAwait(false);
        await KernelArtifacts.WriteAsync(context, kernel, cancellationToken).ConfigureAwait(false);
        await context.WriteArtifactAsync(InitrdSuffix, initrd, cancellationToken).ConfigureAwait(false);
    }
}
