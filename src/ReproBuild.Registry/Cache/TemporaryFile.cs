using ReproBuild.Core.Publishing;

namespace ReproBuild.Registry.Cache;

/// <summary>A file under a temporary name: it gets its place in the cache when it is complete, or is gone.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private const int BufferSize = 128 * 1024;

    private readonly string _path;
    private readonly CacheDirectory _directory;
    private readonly CacheFileStream _stream;
    private bool _published;

    private TemporaryFile(FileStream file, CacheDirectory directory) =>
        (_path, _directory, _stream) = (file.Name, directory, new CacheFileStream(file));

    /// <exception cref="CacheException">The file cannot be made.</exception>
    public static TemporaryFile Create(string path, CacheDirectory directory)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = BufferSize,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            return new TemporaryFile(new FileStream(path, options), directory);
        }
        catch (Exception e) when (CacheError.IsFailure(e))
        {
            throw CacheError.Describe(path, e);
        }
    }

    /// <summary>Where to write. Its failures are errors of the cache, not of what feeds it. Zeros become holes.</summary>
    public Stream Stream => _stream;

    /// <summary>Moves the complete file to its place at once, in place of an older one, so that no other process ever sees a part of it.</summary>
    /// <param name="destination">Its place.</param>
    /// <param name="isAddressed">
    /// Whether the name says what the content is. Windows does not replace a file that another process has open; one of the same length is as
    /// good then, since whoever reads it verifies it. A file with another name, and then that name, is on the disk before anything else is done:
    /// nobody could make the older one again.
    /// </param>
    /// <exception cref="CacheException">The file cannot be written or moved.</exception>
    public void Publish(string destination, bool isAddressed)
    {
        var length = _stream.Length;
        _stream.Complete(flushToDisk: !isAddressed);
        _directory.Prepare(destination);
        try
        {
            File.Move(_path, destination, overwrite: true);
            _published = true;
            if (!isAddressed)
            {
                DiskFlush.Directory(Path.GetDirectoryName(destination)!);
            }
        }
        catch (Exception) when (isAddressed && OperatingSystem.IsWindows() && IsThere(destination, length))
        {
        }
        catch (Exception e) when (CacheError.IsFailure(e))
        {
            throw CacheError.Describe(destination, e);
        }
    }

    private static bool IsThere(string path, long length) => new FileInfo(path) is { Exists: true } file && file.Length == length;

    public void Dispose()
    {
        if (_published)
        {
            return;
        }

        try
        {
            Stream.Dispose();
        }
        catch (CacheException)
        {
            // The file is given up; what could not be written of it does not matter.
        }

        try
        {
            File.Delete(_path);
        }
        catch (Exception e) when (CacheError.IsFailure(e))
        {
            // The next user of the temporary directory deletes it.
        }
    }
}
