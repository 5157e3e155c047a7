using Microsoft.Extensions.Logging;

namespace ReproBuild.Registry.Transport;

/// <summary>Does again what failed for a passing reason: after a wait that doubles, or the one the registry asked for.</summary>
internal sealed class RetryPolicy(RegistryOptions options, ILogger logger, TimeProvider clock)
{
    /// <summary>The time for one request, with all that it needs.</summary>
    public TimeBudget NewBudget() => new(options.RequestTimeout, clock);

    /// <summary>Makes a request, again if need be, within one budget of time.</summary>
    public async Task<T> ExecuteAsync<T>(Func<TimeBudget, CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        var budget = NewBudget();
        for (var retries = 0; ; retries++)
        {
            try
            {
                return await request(budget, cancellationToken).ConfigureAwait(false);
            }
            catch (RegistryException e) when (MayRetry(e, retries) && budget.TryTake(DelayOf(e, retries)))
            {
                await WaitAsync(e, retries, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits before a retry.</summary>
    /// <param name="failure">Why one is needed.</param>
    /// <param name="retries">How many there were before.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public Task WaitAsync(RegistryException failure, int retries, CancellationToken cancellationToken)
    {
        var delay = DelayOf(failure, retries);
        RegistryLog.Retrying(logger, failure.Message, delay, retries + 1, options.MaxRetries);
        return Task.Delay(delay, clock, cancellationToken);
    }

    private bool MayRetry(RegistryException error, int retries) =>
        retries < options.MaxRetries && error.IsTransient && !(error.RetryAfter > options.MaxRetryDelay);

    private TimeSpan DelayOf(RegistryException failure, int retries)
    {
        var delay = options.RetryDelay.TotalMilliseconds * Math.Pow(2, retries);
        return failure.RetryAfter ?? TimeSpan.FromMilliseconds(Math.Min(delay, options.MaxRetryDelay.TotalMilliseconds));
    }
}
