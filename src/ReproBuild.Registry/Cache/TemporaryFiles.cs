using System.Globalization;

namespace ReproBuild.Registry.Cache;

/// <summary>Makes temporary files in a directory that only this object uses, so that they need no random names.</summary>
/// <remarks>
/// Whoever holds <c>N.lock</c> owns the directory <c>N</c>. The system gives up the lock of a process that died, and whoever takes
/// the lock next deletes what that process left.
/// </remarks>
internal sealed class TemporaryFiles(CachePaths paths) : IDisposable
{
    private const int MaxSlots = 4096;
    private const int BufferSize = 128 * 1024;

    private readonly Lock _gate = new();
    private FileStream? _lock;
    private string _directory = "";
    private long _count;

    /// <summary>Opens a new file.</summary>
    /// <exception cref="CacheException">The cache directory cannot be written.</exception>
    public TemporaryFile Create()
    {
        string path;
        lock (_gate)
        {
            _lock ??= Acquire();
            path = Path.Combine(_directory, _count++.ToString(CultureInfo.InvariantCulture));
        }

        try
        {
            var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize, FileOptions.Asynchronous);
            return new TemporaryFile(path, file);
        }
        catch (Exception e) when (CacheError.IsFailure(e))
        {
            throw CacheError.Describe(path, e);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _lock?.Dispose();
            _lock = null;
        }
    }

    private FileStream Acquire()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(paths.TemporaryLock(0))!);
            for (var slot = 0; slot < MaxSlots; slot++)
            {
                if (FileLock.TryAcquire(paths.TemporaryLock(slot)) is { } held)
                {
                    Open(paths.TemporaryDirectory(slot));
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

    private void Open(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }

        Directory.CreateDirectory(directory);
        _directory = directory;
    }
}
