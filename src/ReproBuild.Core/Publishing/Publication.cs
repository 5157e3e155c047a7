using Microsoft.Extensions.Logging;

namespace ReproBuild.Core.Publishing;

/// <summary>Gives finished files their names in an output directory, all or none.</summary>
/// <remarks>
/// Files are whole and on the disk, by their names too, before the journal that lists them is, and the journal before the first gets its new name.
/// Before the journal, a process that dies has changed nothing; after it, the next one finishes. A file takes the place of an older one by
/// one rename, so each name is there at every moment. A lock gives builds their turns, so that two sets do not mix.
/// </remarks>
internal static class Publication
{
    private const string TurnName = WorkDirectory.Prefix + "publish.lock";
    private const int TurnAttempts = 30_000;
    private static readonly TimeSpan TurnDelay = TimeSpan.FromMilliseconds(10);

    /// <summary>Publishes the files of a work directory. Once the first has its name, cancelling has no effect.</summary>
    /// <exception cref="ReproBuildException">A name cannot be given; the message says why.</exception>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be written.</exception>
    public static async Task PublishAsync(
        string outputDirectory, WorkDirectory work, IReadOnlyList<FinishedFile> files, ILogger logger, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            DiskFlush.File(Path.Combine(work.FullName, file.File));
        }

        using var turn = await TakeTurnAsync(outputDirectory, cancellationToken).ConfigureAwait(false);
        Leftovers.CollectInTurn(outputDirectory, logger);
        foreach (var file in files)
        {
            CheckReplaceable(Path.Combine(outputDirectory, file.Name));
        }

        cancellationToken.ThrowIfCancellationRequested();
        Begin(outputDirectory, work.FullName, files);
        try
        {
            Finish(outputDirectory, work.FullName, files, isResumed: false, logger);
        }
        catch when (PublicationJournal.Exists(work.FullName))
        {
            // What is left to do is the next build's, which has the next turn.
            work.Dispose();
            throw;
        }
    }

    /// <summary>From here on the set is published, unless this fails.</summary>
    private static void Begin(string outputDirectory, string workDirectory, IReadOnlyList<FinishedFile> files)
    {
        // The names of the files first: one that a journal lists and that is gone is taken for one that has its name already.
        DiskFlush.Directory(workDirectory);
        try
        {
            PublicationJournal.Write(workDirectory, files);
            DiskFlush.Directory(workDirectory);
            DiskFlush.Directory(outputDirectory);
        }
        catch
        {
            PublicationJournal.Delete(workDirectory);
            throw;
        }
    }

    /// <summary>Gives the names of a journal that have not been given yet, in this build's turn.</summary>
    /// <param name="outputDirectory">Where the names are given.</param>
    /// <param name="workDirectory">Where the files are.</param>
    /// <param name="files">The files.</param>
    /// <param name="isResumed">Whether a build that died has begun: a file that is gone has its name then. Otherwise that is an error.</param>
    /// <param name="logger">Receives warnings.</param>
    /// <exception cref="ReproBuildException">A name cannot be given. If none was, the journal is gone: nothing has begun.</exception>
    public static void Finish(
        string outputDirectory, string workDirectory, IReadOnlyList<FinishedFile> files, bool isResumed, ILogger logger)
    {
        var given = false;
        foreach (var file in files)
        {
            var source = Path.Combine(workDirectory, file.File);
            if (isResumed && !File.Exists(source))
            {
                given = true;
                continue;
            }

            try
            {
                File.Move(source, Path.Combine(outputDirectory, file.Name), overwrite: true);
                given = true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw Unfinished(workDirectory, file.Name, given, e);
            }
        }

        try
        {
            DiskFlush.Directory(outputDirectory);
            PublicationJournal.Delete(workDirectory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            BuildLog.NotRemoved(logger, workDirectory, e.Message);
        }
    }

    /// <summary>Gives up while nothing is done; a set that is begun stays to be finished.</summary>
    private static ReproBuildException Unfinished(string workDirectory, string name, bool begun, Exception cause)
    {
        if (!begun)
        {
            PublicationJournal.Delete(workDirectory);
            return new ReproBuildException($"'{name}' cannot be replaced: {cause.Message.TrimEnd('.')}.", cause);
        }

        return new ReproBuildException(
            $"'{name}' cannot be replaced, but other files of the same build have been: {cause.Message.TrimEnd('.')}. Remove what keeps it: the next "
            + $"build there finishes. Or delete '{workDirectory}' to leave the files as they are now.", cause);
    }

    /// <summary>Finds what would stop a rename before any is done.</summary>
    private static void CheckReplaceable(string path)
    {
        if (Directory.Exists(path) && (OperatingSystem.IsWindows() || new DirectoryInfo(path).LinkTarget is null))
        {
            throw new ReproBuildException($"'{path}' is a directory. Remove it, or choose another name.");
        }

        if (OperatingSystem.IsWindows() && File.Exists(path))
        {
            CheckClosed(path);
        }
    }

    /// <summary>Windows does not replace a file that is read-only, or that anybody has open, whatever the sharing.</summary>
    private static void CheckClosed(string path)
    {
        if (File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly))
        {
            throw new ReproBuildException($"'{path}' is read-only. Remove it, or choose another name.");
        }

        try
        {
            File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.None).Dispose();
        }
        catch (IOException e)
        {
            throw new ReproBuildException(
                $"'{path}' cannot be replaced: {e.Message.TrimEnd('.')}. Close it in the program that has it open, or choose another directory.", e);
        }
    }

    /// <summary>Waits for the turn of this build; the caller disposes it.</summary>
    /// <exception cref="ReproBuildException">It does not come.</exception>
    public static async Task<IDisposable> TakeTurnAsync(string outputDirectory, CancellationToken cancellationToken)
    {
        var path = Path.Combine(outputDirectory, TurnName);
        for (var attempt = 0; attempt < TurnAttempts; attempt++)
        {
            if (WorkDirectory.TryLock(path) is { } turn)
            {
                return turn;
            }

            await Task.Delay(TurnDelay, cancellationToken).ConfigureAwait(false);
        }

        throw new ReproBuildException(
            $"Another build holds '{path}' for too long, or another user's left it. End it or delete the file, or choose another directory.");
    }
}
