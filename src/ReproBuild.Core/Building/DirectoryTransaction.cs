using System.Globalization;

namespace ReproBuild.Core.Building;

/// <summary>Artifacts of one build on their way into a directory.</summary>
internal sealed class DirectoryTransaction(string directory, bool removeWhenEmpty) : IArtifactTransaction
{
    private const int WriteBufferSize = 256 * 1024;

    private readonly Lock _lock = new();
    private readonly List<(string Partial, string Final)> _files = [];
    private bool _committed;

    public ValueTask<Stream> CreateAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name != Path.GetFileName(name))
        {
            throw new ArgumentException($"'{name}' is not a file name without a directory.", nameof(name));
        }

        try
        {
            return new(new OutputDirectoryStream(OpenPartial(name)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputDirectoryError.Describe(Path.Combine(directory, name), e);
        }
    }

    public ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var publication = new FilePublication();
        foreach (var (partial, final) in _files)
        {
            try
            {
                publication.Publish(partial, final);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                publication.Undo();
                throw OutputDirectoryError.Describe(final, e);
            }
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

        foreach (var (partial, _) in _files)
        {
            TryDelete(partial);
        }

        if (removeWhenEmpty)
        {
            TryRemoveDirectory();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Two builds may write into one directory at once, so each takes the first name that is free.</summary>
    private FileStream OpenPartial(string name)
    {
        for (var attempt = 0; ; attempt++)
        {
            var partial = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $".{name}.{attempt}.partial"));
            try
            {
                var stream = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, WriteBufferSize, FileOptions.Asynchronous);
                lock (_lock)
                {
                    _files.Add((partial, Path.Combine(directory, name)));
                }

                return stream;
            }
            catch (IOException) when (File.Exists(partial))
            {
            }
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

    private void TryRemoveDirectory()
    {
        try
        {
            Directory.Delete(directory, recursive: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Someone else put a file there meanwhile.
        }
    }
}
