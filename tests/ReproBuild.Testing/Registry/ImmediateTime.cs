using System.Collections.Concurrent;

namespace ReproBuild.Testing.Registry;

/// <summary>A clock on which waiting takes no time: each wait moves it forward and is remembered.</summary>
/// <remarks>A limit on how long something may take, which is the timer of a cancellation, is no wait: it runs in real time.</remarks>
public sealed class ImmediateTime(DateTimeOffset start) : TimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> _waits = new();
    private readonly Lock _lock = new();
    private DateTimeOffset _now = start;

    /// <summary>Every wait so far.</summary>
    public IReadOnlyList<TimeSpan> Waits => [.. _waits];

    /// <summary>Moves the clock.</summary>
    public void Advance(TimeSpan time)
    {
        lock (_lock)
        {
            _now += time;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (state is CancellationTokenSource)
        {
            return TimeProvider.System.CreateTimer(callback, state, dueTime, period);
        }

        _waits.Enqueue(dueTime);
        Advance(dueTime);
        return TimeProvider.System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
