using System.Collections.Immutable;

namespace ReproBuild.Core.Tests.Building;

/// <summary>Writes a fixed text and keeps the context that it was given.</summary>
internal sealed class RecordingFormat(string name = "recording", string text = "text", string writes = "-list") : IOutputFormat
{
    public OutputContext? Seen { get; private set; }

    /// <summary>Runs before the artifact is created.</summary>
    public Func<OutputContext, CancellationToken, Task>? Before { get; init; }

    /// <summary>Runs when the artifact is written and still open.</summary>
    public Func<CancellationToken, Task>? After { get; init; }

    public string Name => name;

    public ImmutableArray<string> ArtifactSuffixes => [writes];

    public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        Seen = context;
        await (Before?.Invoke(context, cancellationToken) ?? Task.CompletedTask);
        await using var stream = await context.CreateArtifactAsync(writes, cancellationToken);
        await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), cancellationToken);
        await (After?.Invoke(cancellationToken) ?? Task.CompletedTask);
    }
}
