using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ReproBuild.Registry.Transport;

/// <summary>One request to one server and the head of its answer, whatever its status.</summary>
/// <remarks>Each host gets a bounded number of requests at once; a request holds its place until its answer is disposed.</remarks>
internal sealed class HttpExchange : IDisposable
{
    private readonly RegistryOptions _options;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly CertificateAuthorities _authorities;
    private readonly HttpClient _client;

    public HttpExchange(RegistryOptions options, ILogger logger)
    {
        (_options, _logger) = (options, logger);
        _authorities = CertificateAuthorities.Load(options.CertificateAuthorityFiles);
        _client = HttpSettings.CreateClient(HttpSettings.CreateHandler(options, _authorities));
    }

    /// <summary>Sends a message, which this method disposes.</summary>
    /// <exception cref="RegistryException">There was no answer.</exception>
    public async Task<RegistryResponse> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        HttpSettings.Complete(message);
        var (method, url) = (message.Method, message.RequestUri!);
        var host = _hosts.GetOrAdd(url.Authority, static (_, count) => new SemaphoreSlim(count, count), _options.MaxConcurrentDownloads);
        await host.WaitAsync(cancellationToken).ConfigureAwait(false);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_options.ResponseTimeout);
        try
        {
            using (message)
            {
                var answer = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, timeout.Token).ConfigureAwait(false);
                LogAnswer(method, url, answer);
                return new RegistryResponse(answer, method, url, _options.ResponseTimeout, host);
            }
        }
        catch (Exception e)
        {
            host.Release();
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
            var shown = ServerAddress.Redact(url);
            RegistryLog.Answered(_logger, method, shown, (int)answer.StatusCode);
        }
    }
}
