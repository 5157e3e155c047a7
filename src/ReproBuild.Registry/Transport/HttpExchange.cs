using Microsoft.Extensions.Logging;

namespace ReproBuild.Registry.Transport;

/// <summary>One request to one server and the head of its answer, whatever its status.</summary>
internal sealed class HttpExchange : IDisposable
{
    private readonly RegistryOptions _options;
    private readonly ILogger _logger;
    private readonly HostGate _gate;
    private readonly CertificateAuthorities _authorities;
    private readonly HttpClient _client;

    public HttpExchange(RegistryOptions options, ILogger logger)
    {
        (_options, _logger) = (options, logger);
        _authorities = CertificateAuthorities.Load(options.CertificateAuthorityFiles);
        _gate = new HostGate(options.MaxConcurrentDownloads);
        _client = new HttpClient(HttpHandlerFactory.Create(options, _authorities)) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("ReproBuild");
    }

    /// <summary>Sends a message, which this method disposes.</summary>
    /// <exception cref="RegistryException">There was no answer.</exception>
    public async Task<RegistryResponse> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        var (method, url) = (message.Method, message.RequestUri!);
        var place = await _gate.EnterAsync(url, cancellationToken).ConfigureAwait(false);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_options.ResponseTimeout);
        try
        {
            using (message)
            {
                var answer = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, timeout.Token).ConfigureAwait(false);
                LogAnswer(method, url, answer);
                return new RegistryResponse(answer, method, url, place, _options.ResponseTimeout);
            }
        }
        catch (Exception e)
        {
            place.Dispose();
            switch (e)
            {
                case HttpRequestException failure:
                    throw RegistryErrors.NoAnswer(method, url, failure);
                case OperationCanceledException when !cancellationToken.IsCancellationRequested:
                    throw RegistryErrors.Silent(method, url, _options.ResponseTimeout, e);
                default:
                    throw;
            }
        }
    }

    private void LogAnswer(HttpMethod method, Uri url, HttpResponseMessage answer)
    {
        if (_logger.IsEnabled(LogLevel.Debug))
        {
            var shown = UrlRules.Redact(url);
            RegistryLog.Answered(_logger, method, shown, (int)answer.StatusCode);
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _gate.Dispose();
        _authorities.Dispose();
    }
}
