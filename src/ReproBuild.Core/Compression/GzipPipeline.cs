namespace ReproBuild.Core.Compression;

/// <summary>Cuts the input into pieces, compresses several at once, and returns them in order.</summary>
internal sealed class GzipPipeline(int maxParallelism)
{
    /// <summary>Each piece takes 1.2 MB, so this bounds the memory of a stream however many threads its caller allows.</summary>
    private const int MaxPieces = 32;

    private readonly int _maxRunning = Math.Min(maxParallelism, MaxPieces);
    private readonly Queue<(GzipPiece Piece, Task Work)> _running = new();
    private readonly Stack<GzipPiece> _free = new();
    private GzipPiece? _filling;

    /// <summary>Whether the oldest piece must be taken before more is appended.</summary>
    public bool IsFull => _running.Count >= _maxRunning;

    public bool IsEmpty => _running.Count == 0;

    /// <summary>Takes as much of the input as fits into the current piece, and starts to compress the piece when it is full.</summary>
    /// <returns>How many bytes were taken.</returns>
    public int Append(ReadOnlySpan<byte> bytes)
    {
        _filling ??= Begin(null);
        var count = Math.Min(bytes.Length, _filling.Free);
        _filling.Append(bytes[..count]);
        if (_filling.Free == 0)
        {
            var full = _filling;
            _filling = Begin(full);
            Start(full);
        }

        return count;
    }

    /// <summary>Starts to compress what is left.</summary>
    public void Complete()
    {
        if (_filling is { IsEmpty: false } last)
        {
            _filling = null;
            Start(last);
        }
    }

    /// <summary>Takes the oldest piece; return it with <see cref="Recycle"/> when its bytes have been written.</summary>
    public (GzipPiece Piece, Task Work) Take() => _running.Dequeue();

    public void Recycle(GzipPiece piece) => _free.Push(piece);

    /// <summary>Returns the buffers; those of running work when it has ended.</summary>
    public void Release()
    {
        _filling?.Dispose();
        _filling = null;
        while (_free.TryPop(out var piece))
        {
            piece.Dispose();
        }

        while (_running.TryDequeue(out var running))
        {
            running.Work.ContinueWith(
                static (_, piece) => ((GzipPiece)piece!).Dispose(),
                running.Piece,
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default);
        }
    }

    private GzipPiece Begin(GzipPiece? previous)
    {
        if (!_free.TryPop(out var piece))
        {
            piece = new GzipPiece();
        }

        piece.Begin(previous);
        return piece;
    }

    private void Start(GzipPiece piece)
    {
        var work = Task.CompletedTask;
        if (_maxRunning == 1)
        {
            piece.Encode();
        }
        else
        {
            work = Task.Run(piece.Encode);
        }

        _running.Enqueue((piece, work));
    }
}
