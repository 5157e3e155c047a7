namespace ReproBuild.Core.Building.Context;

/// <summary>Adds up the bytes of one item and reports the sums: the first and the last always, between them about ten a second.</summary>
/// <remarks>Sums that are reported never decrease or exceed the total, whichever threads the bytes come from.</remarks>
/// <param name="target">Receives the reports, or null.</param>
/// <param name="phase">The phase.</param>
/// <param name="item">What is worked on.</param>
/// <param name="total">How many bytes it has, or null when that is not known.</param>
/// <param name="time">Measures the time between reports; null for the host's.</param>
internal sealed class ProgressCounter(IProgress<BuildProgress>? target, BuildPhase phase, string item, long? total, TimeProvider? time = null)
    : IProgress<long>
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    // The clock decides only when a report is made, and no output depends on reports.
#pragma warning disable RS0030
    private readonly TimeProvider _time = time ?? TimeProvider.System;
#pragma warning restore RS0030

    private readonly Lock _lock = new();
    private long _completed;
    private long _reported;
    private long _reportedAt;
    private bool _isFinished;

    public ProgressCounter Start()
    {
        lock (_lock)
        {
            Send();
        }

        return this;
    }

    /// <summary>Counts bytes; it never waits for a report that another thread makes.</summary>
    public void Report(long value)
    {
        Interlocked.Add(ref _completed, value);
        if (target is null || !IsDue() || !_lock.TryEnter())
        {
            return;
        }

        try
        {
            if (!_isFinished && IsDue())
            {
                Send();
            }
        }
        finally
        {
            _lock.Exit();
        }
    }

    public void Finish()
    {
        lock (_lock)
        {
            _isFinished = true;
            Send();
        }
    }

    private bool IsDue() => _time.GetElapsedTime(Interlocked.Read(ref _reportedAt)) >= Interval;

    private void Send()
    {
        if (target is null)
        {
            return;
        }

        var completed = Math.Min(Interlocked.Read(ref _completed), total ?? long.MaxValue);
        _reported = _isFinished && total is { } all ? all : Math.Max(_reported, completed);
        Interlocked.Exchange(ref _reportedAt, _time.GetTimestamp());
        target.Report(new BuildProgress(phase, item, _reported, total, _isFinished));
    }
}
