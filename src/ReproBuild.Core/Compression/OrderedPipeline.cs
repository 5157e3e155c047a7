namespace ReproBuild.Core.Compression;

/// <summary>Works on a fixed number of items at once, and gives them back in the order in which they came.</summary>
/// <param name="create">Makes an item, which is used again and again.</param>
/// <param name="work">What is done with an item, on any thread.</param>
/// <param name="maxRunning">How many items are worked on at once, at least 1.</param>
internal sealed class OrderedPipeline<T>(Func<T> create, Action<T> work, int maxRunning) : IDisposable
    where T : class, IDisposable
{
    private readonly Queue<(T Item, Task Work)> _running = new();
    private readonly Stack<T> _free = new();

    /// <summary>Whether an item must be taken out before another goes in.</summary>
    public bool IsFull => _running.Count >= maxRunning;

    public bool IsEmpty => _running.Count == 0;

    /// <summary>An unused item, to be started or recycled; what it held last is still there.</summary>
    public T Rent() => _free.TryPop(out var item) ? item : create();

    public void Recycle(T item) => _free.Push(item);

    public void Start(T item)
    {
        var task = Task.CompletedTask;
        if (maxRunning == 1)
        {
            work(item);
        }
        else
        {
            task = Task.Run(() => work(item));
        }

        _running.Enqueue((item, task));
    }

    /// <summary>Takes out the oldest item; recycle it when its result has been used.</summary>
    public T Take()
    {
        var (item, task) = _running.Peek();
        task.GetAwaiter().GetResult();
        _running.Dequeue();
        return item;
    }

    /// <inheritdoc cref="Take"/>
    public async ValueTask<T> TakeAsync()
    {
        var (item, task) = _running.Peek();
        await task.ConfigureAwait(false);
        _running.Dequeue();
        return item;
    }

    /// <summary>Disposes of the items, those of running work when it has ended.</summary>
    public void Dispose()
    {
        while (_free.TryPop(out var item))
        {
            item.Dispose();
        }

        while (_running.TryDequeue(out var running))
        {
            running.Work.ContinueWith(
                static (_, item) => ((T)item!).Dispose(), running.Item, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }
}
