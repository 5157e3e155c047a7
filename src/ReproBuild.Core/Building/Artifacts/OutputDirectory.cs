using Microsoft.Extensions.Logging;
using ReproBuild.Core.Publishing;

namespace ReproBuild.Core.Building.Artifacts;

/// <summary>The directory that artifacts go to, created with its missing parents, and the unfinished files of one build in it.</summary>
internal sealed class OutputDirectory(string path, ILogger logger)
{
    private const int CreateAttempts = 100;

    private readonly Lock _lock = new();

    /// <summary>The directories that were not there, the innermost first.</summary>
    private List<string> _made = [];

    /// <summary>Made for the first file, so that a build which fails before leaves no trace of having been there.</summary>
    private WorkDirectory? _work;

    public string FullName => path;

    /// <summary>Creates it, and collects what builds that died left in it.</summary>
    /// <exception cref="IOException">It cannot be created or used; the parents created on the way are removed again.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not create or use it.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            MakeMissing();
            await CollectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            RemoveMade();
            throw;
        }
    }

    /// <summary>A file to write, which gets its name when the build has succeeded.</summary>
    public FileStream CreateFile()
    {
        lock (_lock)
        {
            _work ??= CreateWork();
        }

        return _work.CreateFile();
    }

    /// <summary>Gives the files their names, all or none.</summary>
    /// <exception cref="IOException">They cannot be published.</exception>
    /// <exception cref="UnauthorizedAccessException">They may not be published.</exception>
    public Task PublishAsync(IReadOnlyList<FinishedFile> files, CancellationToken cancellationToken) => _work is null
        ? Task.CompletedTask
        : Publication.PublishAsync(path, _work, files, logger, cancellationToken);

    /// <summary>Removes what is unfinished.</summary>
    public void RemoveWork()
    {
        if (_work is not null)
        {
            Leftovers.Remove(_work, logger);
            _work.Dispose();
            _work = null;
        }
    }

    /// <summary>Removes the directories that were made, the innermost first, up to one that is not empty.</summary>
    public void RemoveMade()
    {
        // One that is not there was never created, or someone else removed it; those around it may still be there.
        foreach (var made in _made.Where(Directory.Exists))
        {
            try
            {
                Directory.Delete(made, recursive: false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Someone else put a file there meanwhile.
                return;
            }
        }
    }

    private async Task CollectAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Leftovers.CollectAsync(path, logger, cancellationToken).ConfigureAwait(false);
        }
        catch (DirectoryNotFoundException)
        {
            // Another build made the directory, failed, and removed it before there was anything in it: it is made again for the first file.
        }
    }

    private WorkDirectory CreateWork()
    {
        for (var attempt = 1; ; attempt++)
        {
            MakeMissing();
            try
            {
                return WorkDirectory.Create(path);
            }
            catch (DirectoryNotFoundException) when (attempt < CreateAttempts)
            {
                // Another build that fails has removed the directory meanwhile.
            }
        }
    }

    private void MakeMissing()
    {
        var missing = new List<string>();
        for (var next = path; next is not null && !Directory.Exists(next); next = Path.GetDirectoryName(next))
        {
            missing.Add(next);
        }

        // Both list parents of the same directory, upwards: the longer list contains the other.
        _made = missing.Count > _made.Count ? missing : _made;
        Directory.CreateDirectory(path);
    }
}
