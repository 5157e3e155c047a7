namespace ReproBuild.Outputs.SquashFs;

/// <summary>Compresses a fixed number of blocks at once, and gives them back in the order in which they came.</summary>
internal sealed class SquashFsBlockPipeline(SquashFsCompressor compressor, int blockSize, int maxParallelism) : IDisposable
{
    private readonly Queue<(SquashFsBlock Block, Task Work)> _running = new();
    private readonly Stack<SquashFsBlock> _free = new();

    /// <summary>Whether a block must be taken out before another goes in.</summary>
    public bool IsFull => _running.Count >= maxParallelism;

    public bool IsEmpty => _running.Count == 0;

    /// <summary>An unused block, to be started or recycled.</summary>
    public SquashFsBlock Rent()
    {
        if (!_free.TryPop(out var block))
        {
            block = new SquashFsBlock(compressor, blockSize);
        }

        block.Length = 0;
        return block;
    }

    public void Recycle(SquashFsBlock block) => _free.Push(block);

    public void Start(SquashFsBlock block)
    {
        var work = Task.CompletedTask;
        if (maxParallelism == 1)
        {
            block.Compress();
        }
        else
        {
            work = Task.Run(block.Compress);
        }

        _running.Enqueue((block, work));
    }

    /// <summary>Takes out the oldest block; recycle it when its bytes have been written.</summary>
    public async ValueTask<SquashFsBlock> TakeAsync()
    {
        var (block, work) = _running.Peek();
        await work.ConfigureAwait(false);
        _running.Dequeue();
        return block;
    }

    /// <summary>Gives the buffers back, those of running work when it has ended.</summary>
    public void Dispose()
    {
        while (_free.TryPop(out var block))
        {
            block.Dispose();
        }

        while (_running.TryDequeue(out var running))
        {
            running.Work.ContinueWith(
                static (_, block) => ((SquashFsBlock)block!).Dispose(), running.Block, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }
}
