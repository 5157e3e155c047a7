using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Artifacts;

/// <summary>Writes a new file, leaves holes for its zeros, and turns a failing disk into an error that says what to do.</summary>
/// <remarks>The file reads the same whether or not its file system keeps holes.</remarks>
/// <param name="inner">The file under its temporary name.</param>
/// <param name="path">The path that errors name: the one that the file is to get.</param>
internal sealed class OutputDirectoryStream(FileStream inner, string path) : ForwardWriteStream
{
    private static readonly byte[] Zeros = new byte[SparseRuns.BlockSize];

    private long _position;
    private long _pendingZeros;
    private bool _disposed;

    public override bool CanWrite => !_disposed;

    public override long Length => _position;

    public override long Position
    {
        get => _position;
        set => base.Position = value;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            while (!buffer.IsEmpty)
            {
                var (length, isZeros) = SparseRuns.First(_position, buffer);
                if (!isZeros)
                {
                    inner.Write(PassZeros().Span);
                    inner.Write(buffer[..length]);
                }

                Advance(length, isZeros);
                buffer = buffer[length..];
            }
        }
        catch (IOException e)
        {
            throw HostFile.Error(path, e);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (!buffer.IsEmpty)
            {
                var (length, isZeros) = SparseRuns.First(_position, buffer.Span);
                if (!isZeros)
                {
                    await inner.WriteAsync(PassZeros(), cancellationToken).ConfigureAwait(false);
                    await inner.WriteAsync(buffer[..length], cancellationToken).ConfigureAwait(false);
                }

                Advance(length, isZeros);
                buffer = buffer[length..];
            }
        }
        catch (IOException e)
        {
            throw HostFile.Error(path, e);
        }
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        try
        {
            if (!_disposed)
            {
                await inner.FlushAsync().ConfigureAwait(false);
            }
        }
        catch (IOException e)
        {
            throw HostFile.Error(path, e);
        }
        finally
        {
            await base.DisposeAsync().ConfigureAwait(false);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            try
            {
                using (inner)
                {
                    EndWithZeros();
                }
            }
            catch (IOException e)
            {
                throw HostFile.Error(path, e);
            }
        }

        base.Dispose(disposing);
    }

    private void Advance(int length, bool isZeros)
    {
        _position += length;
        _pendingZeros = isZeros ? _pendingZeros + length : 0;
    }

    /// <summary>Leaves a hole for the pending zeros, or returns them to be written if they are too few to be worth one.</summary>
    private ReadOnlyMemory<byte> PassZeros()
    {
        if (_pendingZeros < SparseRuns.BlockSize)
        {
            return Zeros.AsMemory(0, (int)_pendingZeros);
        }

        inner.Seek(_pendingZeros, SeekOrigin.Current);
        return default;
    }

    private void EndWithZeros()
    {
        if (_pendingZeros > 0)
        {
            inner.SetLength(_position);
        }
    }
}
