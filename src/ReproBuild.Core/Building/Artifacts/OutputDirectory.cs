using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Artifacts;

/// <summary>The directory that artifacts go to, created with its missing parents, and the temporary files in it.</summary>
/// <remarks>
/// Temporary files have short names of their own: one made from the artifact's could exceed the 255 bytes that a file system allows.
/// </remarks>
internal sealed class OutputDirectory
{
    private const string Prefix = ".reprobuild-";
    private const int WriteBufferSize = 256 * 1024;

    private readonly Lock _lock = new();

    /// <summary>The directories that were not there, the innermost first.</summary>
    private List<string> _made = [];

    private OutputDirectory(string path) => FullName = path;

    public string FullName { get; }

    /// <exception cref="IOException">It cannot be created; the parents created on the way are removed again.</exception>
    public static OutputDirectory Make(string path)
    {
        var directory = new OutputDirectory(path);
        try
        {
            directory.MakeMissing();
            return directory;
        }
        catch
        {
            directory.RemoveMade();
            throw;
        }
    }

    /// <summary>A file to write, which gets its name when the build has succeeded.</summary>
    public FileStream CreatePartial()
    {
        try
        {
            return CreateWritable();
        }
        catch (DirectoryNotFoundException)
        {
            // Another build made the directory, failed, and removed it before there was anything in it.
            MakeMissing();
            return CreateWritable();
        }
    }

    /// <summary>An empty file, which reserves its name until a file to be replaced is moved there.</summary>
    /// <returns>The path.</returns>
    public string ReservePrevious()
    {
        using var file = HostFile.CreateNumbered(
            FullName, Prefix, ".previous", new FileStreamOptions { Access = FileAccess.Write, Share = FileShare.None });
        return file.Name;
    }

    /// <summary>Removes the directories that were made, the innermost first, up to one that is not empty.</summary>
    public void RemoveMade()
    {
        // One that is not there was never created, or someone else removed it; those around it may still be there.
        foreach (var path in _made.Where(Directory.Exists))
        {
            try
            {
                Directory.Delete(path, recursive: false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Someone else put a file there meanwhile.
                return;
            }
        }
    }

    private FileStream CreateWritable() => HostFile.CreateNumbered(FullName, Prefix, ".partial", new FileStreamOptions
    {
        Access = FileAccess.Write,
        Share = FileShare.None,
        Options = FileOptions.Asynchronous,
        BufferSize = WriteBufferSize,
    });

    private void MakeMissing()
    {
        lock (_lock)
        {
            var missing = new List<string>();
            for (var next = FullName; next is not null && !Directory.Exists(next); next = Path.GetDirectoryName(next))
            {
                missing.Add(next);
            }

            // Both list parents of the same directory, upwards: the longer list contains the other.
            _made = missing.Count > _made.Count ? missing : _made;
            Directory.CreateDirectory(FullName);
        }
    }
}
