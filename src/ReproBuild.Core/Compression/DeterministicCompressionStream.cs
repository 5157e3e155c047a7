namespace ReproBuild.Core.Compression;

/// <summary>
/// Compresses the bytes written to it into one stream of a format. The bytes depend only on the data: not on the sizes of the writes, on flushes, on
/// the number of threads, on the machine or on the .NET version.
/// </summary>
/// <remarks>
/// The input is cut every 1 MiB, and each piece is compressed using nothing of any other. The stream ends when it is disposed. After an error or a
/// cancellation it is left unfinished, so that no reader takes it for a complete one as far as the format tells the two apart. Not safe for
/// concurrent use.
/// </remarks>
public abstract class DeterministicCompressionStream : Stream
{
    private const string ForwardOnly = "A compressed stream is written forward only.";

    private readonly Stream _inner;
    private readonly bool _leaveOpen;
    private readonly PieceFormat _format;
    private readonly PiecePipeline _pipeline;
    private ReadOnlyMemory<byte> _header;
    private long _length;
    private CheckedLength _input;
    private bool _failed;
    private bool _completed;
    private bool _disposed;

    internal DeterministicCompressionStream(Stream inner, bool leaveOpen, int maxParallelism, PieceFormat format)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxParallelism, 1);
        if (!inner.CanWrite)
        {
            throw new ArgumentException("The stream cannot be written.", nameof(inner));
        }

        (_inner, _leaveOpen, _format, _header) = (inner, leaveOpen, format, format.Header);
        _pipeline = new PiecePipeline(format, maxParallelism);
    }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => !_disposed;

    /// <summary>Not supported.</summary>
    public override long Length => throw new NotSupportedException(ForwardOnly);

    /// <summary>How many bytes have been written to this stream; it cannot be set.</summary>
    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException(ForwardOnly);
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        BeginOperation();
        while (!buffer.IsEmpty)
        {
            buffer = buffer[Append(buffer)..];
            if (_pipeline.IsFull)
            {
                WriteNext();
            }
        }

        _failed = false;
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        BeginOperation();
        while (!buffer.IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
            buffer = buffer[Append(buffer.Span)..];
            if (_pipeline.IsFull)
            {
                await WriteNextAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        _failed = false;
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Flushes the inner stream. Data not compressed yet stays, since a flush must not change the output.</summary>
    public override void Flush() => _inner.Flush();

    /// <inheritdoc cref="Flush"/>
    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);

    /// <summary>Not supported.</summary>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException(ForwardOnly);

    /// <summary>Not supported.</summary>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException(ForwardOnly);

    /// <summary>Not supported.</summary>
    public override void SetLength(long value) => throw new NotSupportedException(ForwardOnly);

    /// <summary>Ends the compressed stream, so that nothing more can be written. Disposal does it too, but cannot be cancelled.</summary>
    /// <param name="cancellationToken">Cancels it; then it stays unfinished.</param>
    /// <exception cref="IOException">The inner stream cannot be written.</exception>
    /// <exception cref="InvalidOperationException">An earlier operation failed, or it has ended already.</exception>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken = default)
    {
        BeginOperation();
        await FinishAsync(cancellationToken).ConfigureAwait(false);
        (_completed, _failed) = (true, false);
    }

    /// <summary>Leaves the compressed stream unfinished: nothing more is written, not by disposal either.</summary>
    internal void Abandon() => _failed = true;

    /// <summary>Ends the compressed stream, unless an operation failed, and closes the inner stream, unless it is to stay open.</summary>
    /// <exception cref="IOException">The inner stream cannot be written.</exception>
    public override async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            try
            {
                if (!_failed && !_completed)
                {
                    await FinishAsync(CancellationToken.None).ConfigureAwait(false);
                }
            }
            finally
            {
                _pipeline.Dispose();
                if (!_leaveOpen)
                {
                    await _inner.DisposeAsync().ConfigureAwait(false);
                }
            }
        }

        await base.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            try
            {
                if (!_failed && !_completed)
                {
                    Finish();
                }
            }
            finally
            {
                _pipeline.Dispose();
                if (!_leaveOpen)
                {
                    _inner.Dispose();
                }
            }
        }

        base.Dispose(disposing);
    }

    // Set until the operation has succeeded, whatever ends it.
    private void BeginOperation()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_failed || _completed)
        {
            throw new InvalidOperationException(_completed
                ? "The compressed stream has ended."
                : "An earlier write failed or was cancelled, so the compressed stream cannot go on.");
        }

        _failed = true;
    }

    private int Append(ReadOnlySpan<byte> buffer)
    {
        var count = _pipeline.Append(buffer);
        _length += count;
        return count;
    }

    private void WriteNext()
    {
        var piece = _pipeline.Take();
        _inner.Write(TakeHeader().Span);
        _inner.Write(piece.Encoded.Span);
        _input = _input.Append(piece.Input);
        _pipeline.Recycle(piece);
    }

    private async ValueTask WriteNextAsync(CancellationToken cancellationToken)
    {
        var piece = await _pipeline.TakeAsync().ConfigureAwait(false);
        await _inner.WriteAsync(TakeHeader(), cancellationToken).ConfigureAwait(false);
        await _inner.WriteAsync(piece.Encoded, cancellationToken).ConfigureAwait(false);
        _input = _input.Append(piece.Input);
        _pipeline.Recycle(piece);
    }

    /// <summary>The header, the first time.</summary>
    private ReadOnlyMemory<byte> TakeHeader()
    {
        var header = _header;
        _header = ReadOnlyMemory<byte>.Empty;
        return header;
    }

    private void Finish()
    {
        _pipeline.Complete();
        while (!_pipeline.IsEmpty)
        {
            WriteNext();
        }

        _inner.Write(TakeHeader().Span);
        _inner.Write(_format.MakeEnd(_input).Span);
    }

    private async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        _pipeline.Complete();
        while (!_pipeline.IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await WriteNextAsync(cancellationToken).ConfigureAwait(false);
        }

        await _inner.WriteAsync(TakeHeader(), cancellationToken).ConfigureAwait(false);
        await _inner.WriteAsync(_format.MakeEnd(_input), cancellationToken).ConfigureAwait(false);
    }
}
