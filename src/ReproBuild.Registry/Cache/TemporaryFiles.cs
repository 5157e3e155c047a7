using System.Globalization;

namespace ReproBuild.Registry.Cache;

/// <summary>Makes temporary files in a directory that only this object uses, so that they need no random names.</summary>
/// <remarks>
/// Whoever holds <c>N.lock</c> owns the directory <c>N</c>. The system gives up the lock of a process that died, and the next user of the
/// cache deletes what that process left, whatever number it had.
/// </remarks>
internal sealed class TemporaryFiles(CachePaths paths, CacheDirectory directory) : IDisposable
{
    private const int MaxSlots = 4096;

    private readonly Lock _gate = new();
    private FileStream? _lock;
    private string _own = "";
    private long _count;
    private bool _hasCollected;

    /// <summary>Opens a new file.</summary>
    /// <exception cref="CacheException">The cache directory cannot be written.</exception>
    public TemporaryFile Create()
    {
        string path;
        lock (_gate)
        {
            _lock ??= Acquire();
            path = Path.Combine(_own, _count++.ToString(CultureInfo.InvariantCulture));
        }

        directory.Prepare(path);
        return TemporaryFile.Create(path, directory);
    }

    /// <summary>Deletes what users of the cache left that died; once.</summary>
    /// <exception cref="CacheException">A directory on the way is a link, or others may write it.</exception>
    public void Collect()
    {
        lock (_gate)
        {
            if (_hasCollected)
            {
                return;
            }

            _hasCollected = true;
            foreach (var path in directory.TryListFilled(paths.Temporary))
            {
                if (int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var slot) && slot < MaxSlots)
                {
                    CollectDead(slot);
                }
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            RemoveOwn();
            _lock?.Dispose();
            _lock = null;
        }
    }

    private void CollectDead(int slot)
    {
        try
        {
            using var dead = LockFile.TryAcquire(paths.TemporaryLock(slot), isTemporary: false);
            if (dead is not null)
            {
                directory.TryDeleteDirectory(paths.TemporaryDirectory(slot));
            }
        }
        catch (Exception e) when (CacheError.IsFailure(e))
        {
            // Whoever may write the cache does it.
        }
    }

    private void RemoveOwn()
    {
        try
        {
            if (_lock is not null)
            {
                Directory.Delete(_own, recursive: false);
            }
        }
        catch (Exception e) when (CacheError.IsFailure(e))
        {
            // It was never made, or a file in it is still being given up: the next user of the cache deletes it.
        }
    }

    private FileStream Acquire()
    {
        Collect();
        directory.Prepare(paths.TemporaryLock(0));
        try
        {
            for (var slot = 0; slot < MaxSlots; slot++)
            {
                if (LockFile.TryAcquire(paths.TemporaryLock(slot), isTemporary: false) is { } held)
                {
                    Empty(paths.TemporaryDirectory(slot));
                    return held;
                }
            }
        }
        catch (Exception e) when (CacheError.IsFailure(e))
        {
            throw CacheError.Describe(paths.Root, e);
        }

        throw new ReproBuildException($"The image cache '{paths.Root}' is in use by {MaxSlots} others at once. Wait for some to end.");
    }

    private void Empty(string own)
    {
        // Once it is known to be a directory and no link. Links in it are deleted, not followed.
        directory.Prepare(Path.Combine(own, "file"));
        Directory.Delete(own, recursive: true);
        _own = own;
    }
}
