using System.Buffers;

namespace ReproBuild.Core.Tar;

/// <summary>Reads an archive once, forward, through a buffer of fixed size, and counts its bytes.</summary>
internal sealed class ArchiveInput(Stream stream, long maxSize) : IDisposable
{
    private const int BufferSize = 128 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _start;
    private int _end;
    private long _received;

    /// <summary>The offset in the archive of the next byte.</summary>
    public long Position => _received - (_end - _start);

    /// <summary>The bytes read ahead.</summary>
    public ReadOnlySpan<byte> Buffered => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Reads ahead until <paramref name="count"/> bytes are buffered.</summary>
    /// <returns>How many of them there are; fewer only at the end of the stream.</returns>
    public async ValueTask<int> FillAsync(int count, CancellationToken cancellationToken)
    {
        if (_buffer.Length - _start < count)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        while (_end - _start < count)
        {
            var read = await ReceiveAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return _end - _start;
            }

            _end += read;
        }

        return count;
    }

    /// <summary>Skips bytes that are buffered.</summary>
    public void Advance(int count) => _start += count;

    /// <summary>Reads at least one byte; returns 0 at the end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (_start == _end)
        {
            if (destination.Length >= BufferSize)
            {
                return await ReceiveAsync(destination, cancellationToken).ConfigureAwait(false);
            }

            (_start, _end) = (0, 0);
            _end = await ReceiveAsync(_buffer, cancellationToken).ConfigureAwait(false);
        }

        var count = Math.Min(destination.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(destination.Span);
        _start += count;
        return count;
    }

    /// <summary>Skips bytes, reading them.</summary>
    /// <returns>How many there were; fewer only at the end of the stream.</returns>
    public async ValueTask<long> SkipAsync(long count, CancellationToken cancellationToken)
    {
        for (var rest = count; ;)
        {
            var part = (int)Math.Min(rest, _end - _start);
            _start += part;
            rest -= part;
            if (rest == 0)
            {
                return count;
            }

            (_start, _end) = (0, 0);
            _end = await ReceiveAsync(_buffer, cancellationToken).ConfigureAwait(false);
            if (_end == 0)
            {
                return count - rest;
            }
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _start, _end) = ([], 0, 0);
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_buffer.Length == 0, this);
        var count = await stream.ReadAsync(destination, cancellationToken).ConfigureAwait(false);
        _received += count;
        return _received <= maxSize
            ? count
            : throw new TarLocation(maxSize).TooLarge("its size in bytes is at least", _received, nameof(InputLimits.MaxArchiveSize), maxSize);
    }
}
