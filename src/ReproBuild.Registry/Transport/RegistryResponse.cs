using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace ReproBuild.Registry.Transport;

/// <summary>The head of an answer, and its body still on the network.</summary>
/// <param name="message">The answer.</param>
/// <param name="method">The method it answers.</param>
/// <param name="url">The address that gave it.</param>
/// <param name="silence">How long the body may pause.</param>
/// <param name="place">Where the request holds a place until disposal.</param>
internal sealed class RegistryResponse(HttpResponseMessage message, HttpMethod method, Uri url, TimeSpan silence, SemaphoreSlim place) : IDisposable
{
    private bool _disposed;

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
        if (!Interlocked.Exchange(ref _disposed, true))
        {
            message.Dispose();
            place.Release();
        }
    }
}

/// <summary>The bytes of an answer. A connection that breaks or falls silent is a transient <see cref="RegistryException"/>.</summary>
internal sealed class ResponseBody(Stream stream, HttpMethod method, Uri url, TimeSpan silence) : IAsyncDisposable
{
    private const int BufferSize = 64 * 1024;

    private long _received;

    /// <summary>Reads what has arrived; 0 at the end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(silence);
        try
        {
            var count = await stream.ReadAsync(buffer, timeout.Token).ConfigureAwait(false);
            _received += count;
            return count;
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw RegistryErrors.Broken(method, url, _received, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw RegistryErrors.Silent(method, url, silence, e);
        }
    }

    /// <summary>Reads everything; null when it is longer than <paramref name="limit"/>.</summary>
    public async Task<byte[]?> ReadToEndAsync(int limit, CancellationToken cancellationToken)
    {
        var content = new ArrayBufferWriter<byte>();
        while (true)
        {
            var count = await ReadAsync(content.GetMemory(BufferSize), cancellationToken).ConfigureAwait(false);
            content.Advance(count);
            if (content.WrittenCount > limit)
            {
                return null;
            }

            if (count == 0)
            {
                return content.WrittenSpan.ToArray();
            }
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
