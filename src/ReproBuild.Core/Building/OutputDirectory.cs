namespace ReproBuild.Core.Building;

/// <summary>The directory that artifacts go to, made with its missing parents, and the temporary files in it.</summary>
/// <remarks>
/// Temporary files have short names of their own: one made of the artifact's could be longer than the 255 bytes that a file system takes.
/// </remarks>
internal sealed class OutputDirectory
{
    private const string Prefix = ".reprobuild-";
    private const int WriteBufferSize = 256 * 1024;

    private readonly List<string> _made;

    private OutputDirectory(string path, List<string> made) => (FullName, _made) = (path, made);

    public string FullName { get; }

    /// <exception cref="IOException">It cannot be made; what was made on the way is gone again.</exception>
    public static OutputDirectory Make(string path)
    {
        var directory = new OutputDirectory(path, Missing(path));
        try
        {
            Directory.CreateDirectory(path);
            return directory;
        }
        catch
        {
            directory.RemoveMade();
            throw;
        }
    }

    /// <summary>A file to write, which gets its name when the build has succeeded.</summary>
    public FileStream CreatePartial() => NumberedFile.Create(FullName, Prefix, ".partial", new FileStreamOptions
    {
        Access = FileAccess.Write,
        Share = FileShare.None,
        Options = FileOptions.Asynchronous,
        BufferSize = WriteBufferSize,
    });

    /// <summary>An empty file, which keeps its name from other builds until a file to be replaced moves there.</summary>
    /// <returns>The path.</returns>
    public string ReservePrevious()
    {
        using var file = NumberedFile.Create(FullName, Prefix, ".previous", new FileStreamOptions { Access = FileAccess.Write, Share = FileShare.None });
        return file.Name;
    }

    /// <summary>Removes the directories that were made, the innermost first, up to one that is not empty.</summary>
    public void RemoveMade()
    {
        foreach (var path in _made)
        {
            try
            {
                Directory.Delete(path, recursive: false);
            }
            catch (DirectoryNotFoundException)
            {
                // It was never made, or someone else removed it; those around it may still be there.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Someone else put a file there meanwhile.
                return;
            }
        }
    }

    /// <summary>The directories that do not exist, the innermost first.</summary>
    private static List<string> Missing(string path)
    {
        var missing = new List<string>();
        for (var next = path; next is not null && !Directory.Exists(next); next = Path.GetDirectoryName(next))
        {
            missing.Add(next);
        }

        return missing;
    }
}
