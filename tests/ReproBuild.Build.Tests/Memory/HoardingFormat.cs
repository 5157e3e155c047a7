using System.Collections.Immutable;

namespace ReproBuild.Build.Tests.Memory;

/// <summary>Holds every file in memory, as no format may: the proof that the measurement sees it.</summary>
internal sealed class HoardingFormat : IOutputFormat
{
    public const string FormatName = "hoard";

    public string Name => FormatName;

    public ImmutableArray<string> ArtifactSuffixes => [".hoard"];

    public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
    {
        var held = new List<byte[]>();
        foreach (var entry in context.Root.Entries)
        {
            var bytes = new byte[entry.Inode.Content.Length];
            entry.Inode.Content.Read(0, bytes);
            held.Add(bytes);
        }

        await using var artifact = await context.CreateArtifactAsync(".hoard", cancellationToken);
        foreach (var bytes in held)
        {
            await artifact.WriteAsync(bytes, cancellationToken);
        }
    }
}
