using System.Collections.Immutable;

namespace ReproBuild.Outputs.Tar;

/// <summary><c>tar</c>: the root file system as a tar, each entry with <c>LINUXKIT.source</c> and <c>LINUXKIT.location</c> records.</summary>
internal sealed class TarFormat : IOutputFormat
{
    private const string Suffix = ".tar";

    /// <inheritdoc/>
    public string Name => "tar";

    /// <inheritdoc/>
    public ImmutableArray<string> ArtifactSuffixes { get; } = [Suffix];

    /// <inheritdoc/>
    public Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        return TarImage.WriteAsync(context, Suffix, context.Root, cancellationToken);
    }
}
