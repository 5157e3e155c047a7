namespace ReproBuild.Core.Building.Artifacts;

/// <summary>Gives finished files their names, all or none: when one of them fails, the files that they replaced come back.</summary>
internal sealed class FilePublication(OutputDirectory directory)
{
    private readonly List<(string Final, string? Previous)> _published = [];

    public void Publish(string partial, string final)
    {
        var previous = SetAside(final);
        try
        {
            File.Move(partial, final, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (previous is not null)
            {
                File.Move(previous, final, overwrite: true);
            }

            throw;
        }

        _published.Add((final, previous));
    }

    public void Undo()
    {
        foreach (var (final, previous) in Enumerable.Reverse(_published))
        {
            if (previous is not null)
            {
                File.Move(previous, final, overwrite: true);
            }
            else
            {
                File.Delete(final);
            }
        }
    }

    public void Keep()
    {
        foreach (var (_, previous) in _published)
        {
            if (previous is not null)
            {
                File.Delete(previous);
            }
        }
    }

    /// <summary>Moves a file that is to be replaced out of the way.</summary>
    /// <returns>Where it is now, or null when there is none.</returns>
    private string? SetAside(string final)
    {
        if (!File.Exists(final))
        {
            return null;
        }

        var previous = directory.ReservePrevious();
        try
        {
            File.Move(final, previous, overwrite: true);
            return previous;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(previous);
            if (e is not FileNotFoundException)
            {
                throw;
            }

            // Another build that publishes the same name took the file away between the check and the move.
            return null;
        }
    }
}
