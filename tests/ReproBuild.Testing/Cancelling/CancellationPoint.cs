using System.Diagnostics.Tracing;

namespace ReproBuild.Testing.Cancelling;

/// <summary>A point in the middle of an operation: the Nth await in it. There the operation's token is cancelled, and from there on its partners are silent.</summary>
/// <remarks>
/// The runtime tells of each await of a task that is not finished yet (event TaskWaitBegin of System.Threading.Tasks.TplEventSource), on the thread
/// that awaits, before it goes on to anything else. So every await of the library that suspends is a point, whichever library code or framework
/// code it waits for: a wait for something that is no task, such as a socket, suspends the method in it, and that method's caller awaits a task. An
/// await that does not suspend is no point of its own: nothing happens between it and the next. Only awaits of the operation count, wherever its
/// threads lead, since the point flows with them.
/// </remarks>
public sealed class CancellationPoint
{
    private const string EventSourceName = "System.Threading.Tasks.TplEventSource";
    private const int TaskWaitBegin = 10;
    private const EventKeywords TransfersAndTasks = (EventKeywords)3;

    private static readonly AsyncLocal<CancellationPoint?> Current = new();
    private static readonly Listener Awaits = new();

    private readonly int _at;
    private readonly CancellationTokenSource _source;
    private int _count;

    private CancellationPoint(int at, CancellationTokenSource source) => (_at, _source) = (at, source);

    /// <summary>The number of the await.</summary>
    public int At => _at;

    /// <summary>How many awaits there were.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether the token has been cancelled; a partner of the operation waits without end then.</summary>
    public bool IsReached => Count >= _at;

    /// <summary>What went wrong in the cancellation itself.</summary>
    public Exception? Problem { get; private set; }

    /// <summary>Whether the operation ended with an <see cref="OperationCanceledException"/>; else it had passed all its waiting, and succeeded.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>Runs an operation, and cancels it at an await.</summary>
    /// <param name="at">The number of the await, from 1 on.</param>
    /// <param name="operation">The operation, with the point for its partners.</param>
    /// <param name="hang">After which time it is said to hang; far above what it takes.</param>
    public static async Task<CancellationPoint> RunAsync(int at, Func<CancellationPoint, CancellationToken, Task> operation, TimeSpan hang)
    {
        GC.KeepAlive(Awaits);
        using var source = new CancellationTokenSource();
        var point = new CancellationPoint(at, source);
        var running = point.StartAsync(operation);
        try
        {
            await running.WaitAsync(hang);
        }
        catch (OperationCanceledException) when (point.IsReached)
        {
            point.IsCancelled = true;
        }
        catch (TimeoutException e) when (!running.IsCompleted)
        {
            throw new InvalidOperationException($"Cancelled at await {at} of {point.Count}, it does not end.", e);
        }

        return point;
    }

    /// <summary>What a partner of the operation does before it answers: after the cancellation it never does, unless it is told that nobody waits.</summary>
    public async Task AnswerAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (IsReached)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
    }

    private async Task StartAsync(Func<CancellationPoint, CancellationToken, Task> operation)
    {
        Current.Value = this;
        await operation(this, _source.Token);
    }

    private void Pass()
    {
        if (Interlocked.Increment(ref _count) != _at)
        {
            return;
        }

        try
        {
            _source.Cancel();
        }
        catch (AggregateException e)
        {
            Problem = e;
        }
    }

    private sealed class Listener : EventListener
    {
        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == EventSourceName)
            {
                EnableEvents(eventSource, EventLevel.Informational, TransfersAndTasks);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventId == TaskWaitBegin)
            {
                Current.Value?.Pass();
            }
        }
    }
}
