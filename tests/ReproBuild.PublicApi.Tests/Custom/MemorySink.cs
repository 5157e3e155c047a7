using System.Collections.Concurrent;

namespace ReproBuild.PublicApi.Tests.Custom;

/// <summary>Keeps artifacts in memory, from the commit on.</summary>
internal sealed class MemorySink : IArtifactSink
{
    public Dictionary<string, byte[]> Artifacts { get; } = new(StringComparer.Ordinal);

    public ValueTask<IArtifactTransaction> BeginAsync(CancellationToken cancellationToken) => new(new Transaction(Artifacts));

    private sealed class Transaction(Dictionary<string, byte[]> artifacts) : IArtifactTransaction
    {
        private readonly ConcurrentDictionary<string, MemoryStream> _streams = new(StringComparer.Ordinal);

        public ValueTask<Stream> CreateAsync(string name, CancellationToken cancellationToken) => new(_streams[name] = new MemoryStream());

        public ValueTask CommitAsync(CancellationToken cancellationToken)
        {
            foreach (var (name, stream) in _streams)
            {
                artifacts.Add(name, stream.ToArray());
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
