using System.Net;
using System.Net.Http.Headers;

namespace ReproBuild.Registry.Transport;

/// <summary>The head of an answer, and its body still on the network.</summary>
/// <param name="message">The answer.</param>
/// <param name="method">The method it answers.</param>
/// <param name="url">The address that gave it.</param>
/// <param name="place">The place among the host's requests, given back on disposal.</param>
/// <param name="silence">How long the body may pause.</param>
internal sealed class RegistryResponse(HttpResponseMessage message, HttpMethod method, Uri url, IDisposable place, TimeSpan silence) : IDisposable
{
    public HttpMethod Method => method;

    public Uri Url => url;

    public HttpStatusCode Status => message.StatusCode;

    public HttpResponseHeaders Headers => message.Headers;

    public HttpContentHeaders ContentHeaders => message.Content.Headers;

    /// <summary>Starts reading the body.</summary>
    public async Task<ResponseBody> OpenBodyAsync(CancellationToken cancellationToken) =>
        new(await message.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), method, url, silence);

    /// <summary>Reads the whole body; null when it is longer than <paramref name="limit"/>.</summary>
    public async Task<byte[]?> ReadBodyAsync(int limit, CancellationToken cancellationToken)
    {
        if (ContentHeaders.ContentLength > limit)
        {
            return null;
        }

        await using var body = await OpenBodyAsync(cancellationToken).ConfigureAwait(false);
        return await body.ReadToEndAsync(limit, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        message.Dispose();
        place.Dispose();
    }
}
