using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ReproBuild.Registry.Transport;

/// <summary>One request to one server and the head of its answer, whatever its status.</summary>
/// <remarks>Each host gets a bounded number of requests at once; a request holds its place until its answer is disposed.</remarks>
internal sealed class HttpExchange : IDisposable
{
    private readonly RegistryOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly CertificateAuthorities _authorities;
    private readonly HttpClient _client;

    public HttpExchange(RegistryOptions options, ILogger logger, TimeProvider clock)
    {
        (_options, _logger, _clock) = (options, logger, clock);
        _authorities = CertificateAuthorities.Load(options.CertificateAuthorityFiles);
        _client = HttpSettings.CreateClient(HttpSettings.CreateHandler(options, _authorities));
    }

    /// <summary>Sends a message, which this method disposes.</summary>
    /// <param name="message">The message.</param>
    /// <param name="budget">What is left of the request's time.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="RegistryException">There was no answer.</exception>
    public async Task<RegistryResponse> SendAsync(HttpRequestMessage message, TimeBudget budget, CancellationToken cancellationToken)
    {
        HttpSettings.Complete(message);
        var (method, url) = (message.Method, message.RequestUri!);
        var host = _hosts.GetOrAdd(url.Authority, static (_, count) => new SemaphoreSlim(count, count), _options.MaxConcurrentDownloads);
        await host.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using (message)
            {
                var answer = await budget.RunAsync(
                    _options.ResponseTimeout,
                    token => _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, token),
                    inner => RegistryErrors.Silent(method, url, _options.ResponseTimeout, inner),
                    inner => RegistryErrors.Late(method, url, _options.RequestTimeout, inner),
                    cancellationToken).ConfigureAwait(false);
                LogAnswer(method, url, answer);
                return new RegistryResponse(answer, method, url, budget, new ExchangeContext(_options, _clock, host));
            }
        }
        catch (Exception e)
        {
            host.Release();
            if (e is HttpRequestException failure)
            {
                throw RegistryErrors.NoAnswer(method, url, failure);
            }

            throw;
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _authorities.Dispose();
        foreach (var host in _hosts.Values)
        {
            host.Dispose();
        }
    }

    private void LogAnswer(HttpMethod method, Uri url, HttpResponseMessage answer)
    {
        if (_logger.IsEnabled(LogLevel.Debug))
        {
            var shown = ServerAddress.Show(url);
            RegistryLog.Answered(_logger, method, shown, (int)answer.StatusCode);
        }
    }
}
