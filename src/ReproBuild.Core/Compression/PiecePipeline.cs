namespace ReproBuild.Core.Compression;

/// <summary>Cuts the input into pieces, compresses several at once, and returns them in order.</summary>
internal sealed class PiecePipeline(PieceFormat format, int maxParallelism) : IDisposable
{
    /// <summary>Bounds the memory of a stream, however many threads its caller allows.</summary>
    private const int MaxPieces = 16;

    private readonly OrderedPipeline<CompressedPiece> _pieces = new(
        () => new CompressedPiece(format), static piece => piece.Encode(), Math.Min(maxParallelism, MaxPieces));

    private CompressedPiece? _filling;

    /// <summary>Whether the oldest piece must be taken before more is appended.</summary>
    public bool IsFull => _pieces.IsFull;

    public bool IsEmpty => _pieces.IsEmpty;

    /// <summary>Takes as much of the input as fits into the current piece, and starts to compress the piece when it is full.</summary>
    /// <returns>How many bytes were taken.</returns>
    public int Append(ReadOnlySpan<byte> bytes)
    {
        if (_filling is null)
        {
            _filling = _pieces.Rent();
            _filling.Clear();
        }

        var count = Math.Min(bytes.Length, _filling.Free);
        _filling.Append(bytes[..count]);
        if (_filling.Free == 0)
        {
            _pieces.Start(_filling);
            _filling = null;
        }

        return count;
    }

    /// <summary>Starts to compress what is left.</summary>
    public void Complete()
    {
        if (_filling is { IsEmpty: false } last)
        {
            _filling = null;
            _pieces.Start(last);
        }
    }

    /// <summary>Takes the oldest piece; return it with <see cref="Recycle"/> when its bytes have been written.</summary>
    public CompressedPiece Take() => _pieces.Take();

    /// <inheritdoc cref="Take"/>
    public ValueTask<CompressedPiece> TakeAsync() => _pieces.TakeAsync();

    public void Recycle(CompressedPiece piece) => _pieces.Recycle(piece);

    /// <summary>Returns the buffers; those of running work when it has ended.</summary>
    public void Dispose()
    {
        _filling?.Dispose();
        _filling = null;
        _pieces.Dispose();
    }
}
