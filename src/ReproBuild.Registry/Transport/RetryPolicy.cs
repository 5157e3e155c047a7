using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace ReproBuild.Registry.Transport;

/// <summary>Does again what failed for a passing reason: after a wait that doubles, or the one the registry asked for.</summary>
internal sealed class RetryPolicy
{
    private readonly RegistryOptions _options;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline _pipeline;

    public RetryPolicy(RegistryOptions options, ILogger logger, TimeProvider clock)
    {
        (_options, _logger) = (options, logger);
        _pipeline = options.MaxRetries == 0 ? ResiliencePipeline.Empty : new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.MaxRetries,
                ShouldHandle = arguments => ValueTask.FromResult(ShouldRetry(arguments.Outcome.Exception)),
                DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(DelayOf(arguments.Outcome.Exception, arguments.AttemptNumber)),
                OnRetry = Log,
            })
            .Build();
    }

    public Task<T> ExecuteAsync<T>(Func<CancellationToken, Task<T>> operation, CancellationToken cancellationToken) =>
        _pipeline.ExecuteAsync(token => new ValueTask<T>(operation(token)), cancellationToken).AsTask();

    private bool ShouldRetry(Exception? failure) =>
        failure is RegistryException { IsTransient: true } error && !(error.RetryAfter > _options.MaxRetryDelay);

    private TimeSpan DelayOf(Exception? failure, int attempt)
    {
        if (failure is RegistryException { RetryAfter: { } asked })
        {
            return asked;
        }

        var delay = _options.RetryDelay.TotalMilliseconds * Math.Pow(2, attempt);
        return TimeSpan.FromMilliseconds(Math.Min(delay, _options.MaxRetryDelay.TotalMilliseconds));
    }

    private ValueTask Log(OnRetryArguments<object> arguments)
    {
        var reason = arguments.Outcome.Exception?.Message ?? "";
        RegistryLog.Retrying(_logger, reason, arguments.RetryDelay, arguments.AttemptNumber + 1, _options.MaxRetries);
        return ValueTask.CompletedTask;
    }
}
