using System.Collections.Concurrent;

namespace ReproBuild.Testing.Registry;

/// <summary>A clock on which waiting takes no time: each wait moves it forward and is remembered.</summary>
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
        _waits.Enqueue(dueTime);
        Advance(dueTime);
        return TimeProvider.System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
