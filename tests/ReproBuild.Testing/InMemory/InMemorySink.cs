using System.Collections.Concurrent;

namespace ReproBuild.Testing.InMemory;

/// <summary>Keeps artifacts in memory; <see cref="Artifacts"/> is filled at the commit.</summary>
public sealed class InMemorySink : IArtifactSink
{
    public SortedDictionary<string, byte[]> Artifacts { get; } = new(StringComparer.Ordinal);

    public ValueTask<IArtifactTransaction> BeginAsync(CancellationToken cancellationToken) => new(new Transaction(Artifacts));

    private sealed class Transaction(SortedDictionary<string, byte[]> target) : IArtifactTransaction
    {
        private readonly ConcurrentDictionary<string, MemoryStream> _streams = new(StringComparer.Ordinal);

        public ValueTask<Stream> CreateAsync(string name, CancellationToken cancellationToken) => new(_streams[name] = new MemoryStream());

        public ValueTask CommitAsync(CancellationToken cancellationToken)
        {
            foreach (var (name, stream) in _streams)
            {
                target[name] = stream.ToArray();
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
