using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Conformance.Tests;

/// <summary>A format that writes paths and contents as it should, unless one of its parts is replaced by a broken one.</summary>
internal sealed class ScriptedFormat : IOutputFormat
{
    public delegate Task Writing(OutputContext context, CancellationToken cancellationToken);

    public string Name { get; init; } = "scripted";

    public ImmutableArray<string> ArtifactSuffixes { get; init; } = [".out"];

    public ImmutableArray<string> SharedArtifactSuffixes { get; init; } = [];

    public int RootReads { get; init; } = 1;

    public Writing Write { get; init; } = WriteContentsAsync;

    public Task WriteAsync(OutputContext context, CancellationToken cancellationToken) => Write(context, cancellationToken);

    /// <summary>The right way.</summary>
    public static async Task WriteContentsAsync(OutputContext context, CancellationToken cancellationToken)
    {
        await using var artifact = await context.CreateArtifactAsync(".out", cancellationToken);
        await CopyContentsAsync(context.Root, artifact, cancellationToken);
    }

    public static async Task CopyContentsAsync(FileTree root, Stream output, CancellationToken cancellationToken)
    {
        foreach (var entry in root.Entries)
        {
            await output.WriteAsync(entry.Path.Memory, cancellationToken);
            await using var content = entry.Inode.Content.OpenRead();
            await content.CopyToAsync(output, cancellationToken);
        }
    }
}
