namespace ReproBuild.Registry.Cache;

/// <summary>Writes a file of the cache: failures are errors of the cache, and runs of zeros become holes.</summary>
internal sealed class CacheFileStream(FileStream inner) : Stream
{
    // Aligned in the file, as file systems store blocks.
    private const int BlockSize = 64 * 1024;

    // A shorter run is not worth leaving the buffer.
    private const int LeastHole = 4 * 1024;

    public override bool CanRead => false;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => Math.Max(inner.Length, inner.Position);

    public override long Position
    {
        get => inner.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            while (!buffer.IsEmpty)
            {
                var part = buffer[..PartLength(buffer.Length)];
                if (IsHole(part))
                {
                    inner.Seek(part.Length, SeekOrigin.Current);
                }
                else
                {
                    inner.Write(part);
                }

                buffer = buffer[part.Length..];
            }
        }
        catch (IOException e)
        {
            throw CacheError.Describe(inner.Name, e);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (!buffer.IsEmpty)
            {
                var part = buffer[..PartLength(buffer.Length)];
                if (IsHole(part.Span))
                {
                    inner.Seek(part.Length, SeekOrigin.Current);
                }
                else
                {
                    await inner.WriteAsync(part, cancellationToken).ConfigureAwait(false);
                }

                buffer = buffer[part.Length..];
            }
        }
        catch (IOException e)
        {
            throw CacheError.Describe(inner.Name, e);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Writes what is buffered, gives a hole at the end its length, and closes the file.</summary>
    /// <param name="flushToDisk">Whether to wait until it is on the disk.</param>
    public void Complete(bool flushToDisk)
    {
        Guard(() =>
        {
            inner.SetLength(Length);
            inner.Flush(flushToDisk);
        });
        Dispose();
    }

    // Each of the following writes what is buffered.
    public override void Flush() => Guard(inner.Flush);

    public override long Seek(long offset, SeekOrigin origin)
    {
        long position = 0;
        Guard(() => position = inner.Seek(offset, origin));
        return position;
    }

    public override void SetLength(long value) => Guard(() => inner.SetLength(value));

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The file is being written.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Guard(inner.Dispose);
        }

        base.Dispose(disposing);
    }

    private static bool IsHole(ReadOnlySpan<byte> part) => part.Length >= LeastHole && !part.ContainsAnyExcept((byte)0);

    private int PartLength(int available) => (int)Math.Min(available, BlockSize - (inner.Position % BlockSize));

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (IOException e)
        {
            throw CacheError.Describe(inner.Name, e);
        }
    }
}
