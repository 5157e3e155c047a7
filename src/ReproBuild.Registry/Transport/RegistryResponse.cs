using System.Buffers;
using System.Collections.Immutable;
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
        return new ResponseBody(this, stream, codings, silence);
    }

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
internal sealed class ResponseBody(RegistryResponse response, Stream body, ImmutableArray<string> codings, TimeSpan silence) : IAsyncDisposable
{
    private const int BufferSize = 64 * 1024;

    private Stream? _content;
    private long _received;

    /// <summary>Reads what has arrived; 0 at the end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(silence);
        try
        {
            _content ??= await ContentCoding.UndoAsync(body, codings, timeout.Token).ConfigureAwait(false);
            var count = await _content.ReadAsync(buffer, timeout.Token).ConfigureAwait(false);
            _received += count;
            return count;
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw RegistryErrors.Broken(response.Method, response.Url, _received, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw RegistryErrors.Silent(response.Method, response.Url, silence, e);
        }
        catch (Exception e) when (!codings.IsEmpty && ContentCoding.IsDamage(e))
        {
            throw RegistryErrors.Encoded(response, string.Join(", ", codings), "but is damaged", e);
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

    public ValueTask DisposeAsync() => (_content ?? body).DisposeAsync();
}
