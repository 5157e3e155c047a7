using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Publishing;

namespace ReproBuild.Core.Building.Artifacts;

/// <summary>Artifacts of one build on their way into a directory.</summary>
internal sealed class DirectoryTransaction(OutputDirectory directory) : IArtifactTransaction
{
    private readonly Lock _lock = new();
    private readonly List<FinishedFile> _files = [];
    private bool _committed;

    public ValueTask<Stream> CreateAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name != Path.GetFileName(name))
        {
            throw new ArgumentException($"'{name}' is not a file name without a directory.", nameof(name));
        }

        if (name.StartsWith(WorkDirectory.Prefix, StringComparison.OrdinalIgnoreCase))
        {
            throw new ReproBuildException($"'{name}' begins with '{WorkDirectory.Prefix}', as unfinished files do. Choose another name.");
        }

        var final = Path.Combine(directory.FullName, name);
        try
        {
            CheckLength(final);
            var file = directory.CreateFile();
            lock (_lock)
            {
                _files.Add(new FinishedFile(Path.GetFileName(file.Name), name));
            }

            return new(new OutputDirectoryStream(file, final));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw HostFile.Error(final, e);
        }
    }

    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await directory.PublishAsync(_files, cancellationToken).ConfigureAwait(false);
            _committed = true;
            directory.RemoveWork();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw HostFile.Error(directory.FullName, e);
        }
    }

    public ValueTask DisposeAsync()
    {
        directory.RemoveWork();
        if (!_committed)
        {
            directory.RemoveMade();
        }

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
}
