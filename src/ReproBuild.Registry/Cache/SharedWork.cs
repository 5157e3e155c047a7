namespace ReproBuild.Registry.Cache;

/// <summary>Does each piece of work once, for everyone who asks for it at the same time; what failed is tried again.</summary>
/// <param name="remember">Whether those who ask after it succeeded get the result too.</param>
internal sealed class SharedWork<TKey, TResult>(bool remember)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Entry> _entries = [];

    /// <summary>Gets the result for a key. The work is cancelled when everyone who waits for it has cancelled.</summary>
    public async Task<TResult> GetAsync(TKey key, Func<CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var entry = Join(key, work);
        try
        {
            return await entry.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (Leave(key, entry))
            {
                // When a cancelled caller returns, nothing is left half done.
                await ((Task)entry.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private Entry Join(TKey key, Func<CancellationToken, Task<TResult>> work)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry))
            {
                var cancellation = new CancellationTokenSource();
                entry = new Entry(cancellation, Task.Run(() => work(cancellation.Token), CancellationToken.None));
                _entries.Add(key, entry);
            }

            entry.Waiting++;
            return entry;
        }
    }

    /// <returns>Whether the work was cancelled.</returns>
    private bool Leave(TKey key, Entry entry)
    {
        lock (_gate)
        {
            entry.Waiting--;
            var abandoned = entry.Waiting == 0 && !entry.Task.IsCompleted;
            if ((abandoned || (entry.Task.IsCompleted && !(remember && entry.Task.IsCompletedSuccessfully))) &&
                _entries.TryGetValue(key, out var current) && current == entry)
            {
                _entries.Remove(key);
            }

            if (abandoned)
            {
                entry.Cancellation.Cancel();
            }

            return abandoned;
        }
    }

    private sealed class Entry(CancellationTokenSource cancellation, Task<TResult> task)
    {
        public CancellationTokenSource Cancellation => cancellation;

        public Task<TResult> Task => task;

        public int Waiting { get; set; }
    }
}
