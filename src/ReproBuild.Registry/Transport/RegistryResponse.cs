using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;

namespace ReproBuild.Registry.Transport;

/// <summary>The head of an answer, and its body still on the network.</summary>
/// <param name="message">The answer.</param>
/// <param name="method">The method it answers.</param>
/// <param name="url">The address that gave it.</param>
/// <param name="budget">What is left of the request's time.</param>
/// <param name="exchange">Which limits hold, and where the request has a place until disposal.</param>
internal sealed class RegistryResponse(HttpResponseMessage message, HttpMethod method, Uri url, TimeBudget budget, ExchangeContext exchange)
    : IDisposable
{
    private readonly ImmutableArray<string> _codings = ContentCoding.Of(message);
    private bool _disposed;

    public HttpMethod Method => method;

    public Uri Url => url;

    public HttpStatusCode Status => message.StatusCode;

    public HttpResponseHeaders Headers => message.Headers;

    public HttpContentHeaders ContentHeaders => message.Content.Headers;

    /// <summary>Whether something encoded the body although that was not asked for.</summary>
    public bool IsEncoded => !_codings.IsEmpty;

    /// <summary>Starts reading the body.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <param name="decode">Whether the codings of the body are undone.</param>
    /// <exception cref="RegistryException">The body has a coding that cannot be undone.</exception>
    public async Task<ResponseBody> OpenBodyAsync(CancellationToken cancellationToken, bool decode = true)
    {
        var codings = decode ? _codings : [];
        if (!ContentCoding.CanUndo(codings))
        {
            throw RegistryErrors.Encoded(this, string.Join(", ", codings), "which is not supported");
        }

        var stream = await message.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return new ResponseBody(this, stream, codings, exchange.Options, exchange.Clock);
    }

    /// <summary>Reads the whole body, within what is left of the request's time.</summary>
    /// <param name="limit">How many bytes it may have; null is returned when it has more.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <param name="patience">How long reading may take at most; null for what is left of the request's time.</param>
    public Task<byte[]?> ReadBodyAsync(int limit, CancellationToken cancellationToken, TimeSpan? patience = null) =>
        ContentHeaders.ContentLength > limit ? Task.FromResult<byte[]?>(null) : budget.RunAsync(
            patience ?? TimeSpan.MaxValue,
            async token =>
            {
                await using var body = await OpenBodyAsync(token).ConfigureAwait(false);
                return await body.ReadToEndAsync(limit, token).ConfigureAwait(false);
            },
            inner => RegistryErrors.Silent(method, url, patience ?? TimeSpan.Zero, inner),
            inner => RegistryErrors.Late(method, url, exchange.Options.RequestTimeout, inner),
            cancellationToken);

    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _disposed, true))
        {
            message.Dispose();
            exchange.Place.Release();
        }
    }
}

/// <summary>What a request to a host keeps until its answer is disposed.</summary>
/// <param name="Options">The limits.</param>
/// <param name="Clock">The clock.</param>
/// <param name="Place">Its place among the host's requests.</param>
internal sealed record ExchangeContext(RegistryOptions Options, TimeProvider Clock, SemaphoreSlim Place);
