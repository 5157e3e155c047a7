using System.Collections.Concurrent;
using ReproBuild.Testing.Cancelling;

namespace ReproBuild.Build.Tests.Cancellation;

/// <summary>A sink that takes nothing more after the cancellation.</summary>
internal sealed class SilentSink(CancellationPoint point) : IArtifactSink, IArtifactTransaction
{
    private readonly ConcurrentBag<SilentStream> _streams = [];
    private bool _isBegun;
    private bool _isDisposed;

    public bool IsCommitted { get; private set; }

    /// <summary>Whether everything that was opened has been closed.</summary>
    public bool IsClosed => _isBegun == _isDisposed && _streams.All(static s => s.IsDisposed);

    public async ValueTask<IArtifactTransaction> BeginAsync(CancellationToken cancellationToken)
    {
        await point.AnswerAsync(cancellationToken);
        _isBegun = true;
        return this;
    }

    public async ValueTask<Stream> CreateAsync(string name, CancellationToken cancellationToken)
    {
        await point.AnswerAsync(cancellationToken);
        var stream = new SilentStream(point);
        _streams.Add(stream);
        return stream;
    }

    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        await point.AnswerAsync(cancellationToken);
        IsCommitted = true;
    }

    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        return ValueTask.CompletedTask;
    }
}
