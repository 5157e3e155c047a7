using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Artifacts;

/// <summary>Artifacts of one build on their way into a directory.</summary>
internal sealed class DirectoryTransaction(OutputDirectory directory) : IArtifactTransaction
{
    private readonly Lock _lock = new();
    private readonly Queue<(string Partial, string Final)> _unpublished = [];
    private bool _committed;

    public ValueTask<Stream> CreateAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name != Path.GetFileName(name))
        {
            throw new ArgumentException($"'{name}' is not a file name without a directory.", nameof(name));
        }

        var final = Path.Combine(directory.FullName, name);
        try
        {
            CheckLength(final);
            var partial = directory.CreatePartial();
            lock (_lock)
            {
                _unpublished.Enqueue((partial.Name, final));
            }

            return new(new OutputDirectoryStream(partial, final));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw HostFile.Error(final, e);
        }
    }

    public ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var publication = new FilePublication(directory);
        while (_unpublished.TryPeek(out var file))
        {
            try
            {
                publication.Publish(file.Partial, file.Final);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                publication.Undo();
                throw HostFile.Error(file.Final, e);
            }

            // Its temporary name may be another build's from now on.
            _unpublished.Dequeue();
        }

        publication.Keep();
        _committed = true;
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        if (_committed)
        {
            return ValueTask.CompletedTask;
        }

        while (_unpublished.TryDequeue(out var file))
        {
            TryDelete(file.Partial);
        }

        directory.RemoveMade();
        return ValueTask.CompletedTask;
    }

    /// <summary>Finds a name that is too long for the file system now, not after everything has been written.</summary>
    /// <exception cref="PathTooLongException">The name is too long.</exception>
    private static void CheckLength(string path)
    {
        try
        {
            _ = File.GetAttributes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // It is not too long, and there is no older file.
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The error that ended the build matters more than a partial file that cannot be removed.
        }
    }
}
