using Microsoft.Extensions.Logging;

namespace ReproBuild.Core.Publishing;

/// <summary>What builds that died left in an output directory.</summary>
internal static class Leftovers
{
    /// <summary>Finishes what builds that died had begun to publish, and deletes what else they left.</summary>
    /// <exception cref="ReproBuildException">A set that was begun cannot be finished; the message says why.</exception>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be written.</exception>
    public static async Task CollectAsync(string outputDirectory, ILogger logger, CancellationToken cancellationToken)
    {
        if (WorkDirectory.Names(outputDirectory).Count > 0)
        {
            using var turn = await Publication.TakeTurnAsync(outputDirectory, cancellationToken).ConfigureAwait(false);
            CollectInTurn(outputDirectory, logger);
        }
    }

    /// <summary>Removes a work directory, unless it holds a set that is begun and not finished: that is for the next build.</summary>
    public static void Remove(WorkDirectory work, ILogger logger)
    {
        try
        {
            if (work.IsHeld && !PublicationJournal.Exists(work.FullName))
            {
                work.Remove();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            BuildLog.NotRemoved(logger, work.FullName, e.Message);
        }
    }

    /// <summary>The same in the turn of this build.</summary>
    public static void CollectInTurn(string outputDirectory, ILogger logger)
    {
        foreach (var number in WorkDirectory.Numbers(outputDirectory))
        {
            if (TryHold(outputDirectory, number) is { } dead)
            {
                using (dead)
                {
                    FinishDead(outputDirectory, dead.FullName, logger);
                    Remove(dead, logger);
                }
            }
        }

        OldLeftovers.Remove(outputDirectory, logger);
    }

    private static void FinishDead(string outputDirectory, string workDirectory, ILogger logger)
    {
        try
        {
            if (PublicationJournal.Read(workDirectory) is { } files)
            {
                Publication.Finish(outputDirectory, workDirectory, files, isResumed: true, logger);
            }
            else
            {
                PublicationJournal.Delete(workDirectory);
            }
        }
        catch (ReproBuildException e) when (!PublicationJournal.Exists(workDirectory))
        {
            // The set was not begun, and is given up as that of any build that died before it had a name.
            BuildLog.GivenUp(logger, outputDirectory, e.Message);
        }
    }

    private static WorkDirectory? TryHold(string outputDirectory, int number)
    {
        var work = WorkDirectory.TryHold(outputDirectory, number);
        if (work is null || new DirectoryInfo(work.FullName).LinkTarget is null)
        {
            return work;
        }

        // Nobody's: a link is not followed.
        work.Dispose();
        return null;
    }
}
