namespace ReproBuild.Core.Building;

/// <summary>Gives finished files their names, all or none: the files they replace come back when one of them fails.</summary>
internal sealed class FilePublication
{
    private readonly List<(string Partial, string Final, string? Previous)> _published = [];

    public void Publish(string partial, string final)
    {
        string? previous = null;
        if (File.Exists(final))
        {
            previous = partial + ".previous";
            File.Move(final, previous, overwrite: true);
        }

        try
        {
            File.Move(partial, final);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (previous is not null)
            {
                File.Move(previous, final);
            }

            throw;
        }

        _published.Add((partial, final, previous));
    }

    public void Undo()
    {
        foreach (var (partial, final, previous) in Enumerable.Reverse(_published))
        {
            File.Move(final, partial);
            if (previous is not null)
            {
                File.Move(previous, final);
            }
        }
    }

    public void Keep()
    {
        foreach (var (_, _, previous) in _published)
        {
            if (previous is not null)
            {
                File.Delete(previous);
            }
        }
    }
}
