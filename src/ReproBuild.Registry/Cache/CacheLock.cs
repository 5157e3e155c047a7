namespace ReproBuild.Registry.Cache;

/// <summary>Waits for a lock between the users of a cache. Its file stays; the system gives up the lock of a process that died.</summary>
internal static class CacheLock
{
    private static readonly TimeSpan LeastDelay = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan MostDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>Takes the lock; null when another holds it all the time.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="directory">The cache.</param>
    /// <param name="patience">About how long to wait.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="CacheException">The file cannot be made.</exception>
    public static async Task<FileStream?> TryTakeAsync(
        string path, CacheDirectory directory, TimeSpan patience, CancellationToken cancellationToken)
    {
        directory.Prepare(path);
        var (waited, delay) = (TimeSpan.Zero, LeastDelay);
        while (waited < patience)
        {
            if (TryTake(path) is { } held)
            {
                return held;
            }

            await Task.Delay(delay, cancellationToken).ConfigureAwait(false);
            waited += delay;
            delay = delay * 2 < MostDelay ? delay * 2 : MostDelay;
        }

        return null;
    }

    private static FileStream? TryTake(string path)
    {
        try
        {
            return LockFile.TryAcquire(path, isTemporary: false);
        }
        catch (Exception e) when (CacheError.IsFailure(e))
        {
            throw CacheError.Describe(path, e);
        }
    }
}
