namespace ReproBuild.Registry.Cache;

/// <summary>A file being written in the cache, whose failures are errors of the cache and not of what feeds it.</summary>
internal sealed class CacheFileStream(FileStream inner) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
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
            await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw CacheError.Describe(inner.Name, e);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // These three write what is buffered.
    public override void Flush() => Guard(inner.Flush);

    public override long Seek(long offset, SeekOrigin origin)
    {
        long position = 0;
        Guard(() => position = inner.Seek(offset, origin));
        return position;
    }

    public override void SetLength(long value) => Guard(() => inner.SetLength(value));

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await inner.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw CacheError.Describe(inner.Name, e);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The file is being written.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Guard(inner.Dispose);
        }

        base.Dispose(disposing);
    }

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
