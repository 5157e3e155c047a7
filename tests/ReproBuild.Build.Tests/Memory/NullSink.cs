namespace ReproBuild.Build.Tests.Memory;

/// <summary>Lets go of everything; the build hashes it on the way.</summary>
internal sealed class NullSink : IArtifactSink, IArtifactTransaction
{
    public ValueTask<IArtifactTransaction> BeginAsync(CancellationToken cancellationToken) => new(this);

    public ValueTask<Stream> CreateAsync(string name, CancellationToken cancellationToken) => new(Stream.Null);

    public ValueTask CommitAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
