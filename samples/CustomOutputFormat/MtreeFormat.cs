using System.Collections.Immutable;
using System.Text;
using ReproBuild;

namespace CustomOutputFormat;

/// <summary><c>mtree</c>: a listing of the root file system with the SHA-256 of each file, in the form that mtree(5) and bsdtar read.</summary>
/// <remarks>Give it to <c>ImageBuilder</c> beside the standard formats: <c>[.. StandardOutputFormats.All, new MtreeFormat()]</c>.</remarks>
public sealed class MtreeFormat : IOutputFormat
{
    private const string Suffix = ".mtree";

    /// <inheritdoc/>
    public string Name => "mtree";

    /// <inheritdoc/>
    public ImmutableArray<string> ArtifactSuffixes { get; } = [Suffix];

    /// <inheritdoc/>
    public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        await using var artifact = await context.CreateArtifactAsync(Suffix, cancellationToken);
        await artifact.WriteAsync("#mtree\n"u8.ToArray(), cancellationToken);
        foreach (var entry in context.Root.Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await artifact.WriteAsync(Encoding.ASCII.GetBytes(MtreeLine.Of(entry)), cancellationToken);
        }
    }
}
