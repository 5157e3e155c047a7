namespace ReproBuild.Testing.Cancelling;

/// <summary>Where an artifact goes, a write at a time; after the cancellation it takes nothing more.</summary>
public sealed class SilentStream(CancellationPoint point) : Stream
{
    private readonly MemoryStream _content = new();

    /// <summary>Whether it was disposed, as everything that is opened must be.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>What was written.</summary>
    public byte[] Content => _content.ToArray();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await point.AnswerAsync(cancellationToken);
        _content.Write(buffer.Span);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken) => await point.AnswerAsync(cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => _content.Write(buffer, offset, count);

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
