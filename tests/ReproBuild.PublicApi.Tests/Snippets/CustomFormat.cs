using System.Collections.Immutable;
using ReproBuild.Conformance;

namespace ReproBuild.PublicApi.Tests.Snippets;

// begin format
/// <summary>The path of every file, each in a line.</summary>
public sealed class PathsFormat : IOutputFormat
{
    public string Name => "paths";

    public ImmutableArray<string> ArtifactSuffixes { get; } = ["-paths.txt"];

    public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        await using var artifact = await context.CreateArtifactAsync("-paths.txt", cancellationToken);
        foreach (var entry in context.Root.Entries)
        {
            await artifact.WriteAsync(entry.Path.Memory, cancellationToken);
            await artifact.WriteAsync("\n"u8.ToArray(), cancellationToken);
        }
    }
}
// end

[Collection(MeasuredAlone.Name)]
public class PathsFormatTests
{
    // begin check
    [Fact]
    public Task The_format_keeps_its_promises() => OutputFormatConformance.CheckAsync(new PathsFormat());
    // end
}
