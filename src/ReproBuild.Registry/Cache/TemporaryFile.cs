namespace ReproBuild.Registry.Cache;

/// <summary>A file under a temporary name: it gets its place in the cache when it is complete, or is gone.</summary>
internal sealed class TemporaryFile(string path, FileStream file) : IDisposable
{
    private bool _published;

    /// <summary>Where to write.</summary>
    public Stream Stream { get; } = new CacheFileStream(file);

    /// <summary>Moves the complete file to its place at once, so that no other process ever sees a part of it.</summary>
    /// <param name="destination">Its place.</param>
    /// <param name="replace">
    /// Whether a file that is there is replaced. Without, it wins: it has the same content, since its name is its digest.
    /// </param>
    /// <exception cref="CacheException">The file cannot be written or moved.</exception>
    public void Publish(string destination, bool replace)
    {
        Stream.Dispose();
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(destination)!);
            File.Move(path, destination, replace);
            _published = true;
        }
        catch (IOException) when (!replace && File.Exists(destination))
        {
        }
        catch (Exception e) when (CacheError.IsFailure(e))
        {
            throw CacheError.Describe(destination, e);
        }
    }

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
            File.Delete(path);
        }
        catch (Exception e) when (CacheError.IsFailure(e))
        {
            // The next user of the temporary directory deletes it.
        }
    }
}
