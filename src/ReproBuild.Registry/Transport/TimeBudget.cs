namespace ReproBuild.Registry.Transport;

/// <summary>How long a request may still take, with its redirects, tokens and retries.</summary>
/// <remarks>Only what servers take counts, and the waits before retries: not the wait for a place among a host's requests.</remarks>
internal sealed class TimeBudget(TimeSpan total, TimeProvider clock)
{
    private TimeSpan _left = total;

    /// <summary>Takes a wait out of the budget; false when less than that is left.</summary>
    public bool TryTake(TimeSpan wait)
    {
        if (wait >= _left)
        {
            return false;
        }

        _left -= wait;
        return true;
    }

    /// <summary>Waits for a server: for at most <paramref name="limit"/>, and no longer than is left.</summary>
    /// <param name="limit">How long this may take.</param>
    /// <param name="operation">Waits; it ends when its token is cancelled.</param>
    /// <param name="late">The error when it takes longer than <paramref name="limit"/>.</param>
    /// <param name="spent">The error when nothing is left.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<T> RunAsync<T>(
        TimeSpan limit,
        Func<CancellationToken, Task<T>> operation,
        Func<Exception, RegistryException> late,
        Func<Exception, RegistryException> spent,
        CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var (atMost, error) = limit < _left ? (limit, late) : (_left, spent);
        try
        {
            return await TimeLimit.RunAsync(atMost, clock, operation, error, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            var left = _left - clock.GetElapsedTime(started);
            _left = left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }
}

/// <summary>A limit on how long something may take.</summary>
internal static class TimeLimit
{
    /// <summary>Runs something; when it takes too long, it is cancelled and <paramref name="late"/> makes the error.</summary>
    public static async Task<T> RunAsync<T>(
        TimeSpan limit,
        TimeProvider clock,
        Func<CancellationToken, Task<T>> operation,
        Func<Exception, RegistryException> late,
        CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await operation(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw late(e);
        }
    }
}
