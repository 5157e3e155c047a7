using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;

namespace ReproBuild.Registry.Transport;

/// <summary>The bytes of an answer. A connection that breaks, falls silent or is too slow is a transient <see cref="RegistryException"/>.</summary>
internal sealed class ResponseBody(
    RegistryResponse response, Stream body, ImmutableArray<string> codings, RegistryOptions options, TimeProvider clock) : IAsyncDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly RateWatch _rate = new(options);
    private Stream? _content;
    private long _received;

    /// <summary>Reads what has arrived; 0 at the end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        try
        {
            var count = await TimeLimit.RunAsync(
                _rate.Patience, clock, token => ReadContentAsync(buffer, token), Late, cancellationToken).ConfigureAwait(false);
            _received += count;
            _rate.Count(clock.GetElapsedTime(started), count);
            return count;
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw RegistryErrors.Broken(response.Method, response.Url, _received, e);
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

    private async Task<int> ReadContentAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _content ??= await ContentCoding.UndoAsync(body, codings, cancellationToken).ConfigureAwait(false);
        return await _content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    private RegistryException Late(Exception inner) => _rate.IsBehind
        ? RegistryErrors.Slow(response.Method, response.Url, _received, options, inner)
        : RegistryErrors.Silent(response.Method, response.Url, options.ResponseTimeout, inner);
}

/// <summary>Whether a body comes fast enough: on average over each window of the time that was spent waiting for it.</summary>
internal sealed class RateWatch(RegistryOptions options)
{
    private readonly double _needed = options.MinimumRate * options.RateWindow.TotalSeconds;
    private TimeSpan _waited;
    private long _received;

    /// <summary>Whether the end of the window, and not the silence, limits the next read: it must bring more until then.</summary>
    public bool IsBehind => _received < _needed && options.RateWindow - _waited < options.ResponseTimeout;

    /// <summary>How long the next read may take.</summary>
    public TimeSpan Patience =>
        !IsBehind ? options.ResponseTimeout : _waited < options.RateWindow ? options.RateWindow - _waited : TimeSpan.Zero;

    /// <summary>Counts what a read brought.</summary>
    public void Count(TimeSpan waited, int bytes)
    {
        _waited += waited;
        _received += bytes;
        if (_waited >= options.RateWindow && _received >= _needed)
        {
            (_waited, _received) = (TimeSpan.Zero, 0);
        }
    }
}
