using System.Buffers;

namespace ReproBuild.Registry.Transport;

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
