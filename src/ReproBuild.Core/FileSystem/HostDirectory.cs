namespace ReproBuild.Core.FileSystem;

/// <summary>A directory of the host as a tree, for files that a build takes from the host, such as firmware.</summary>
/// <remarks>
/// Names and contents are the host's; owners (0:0), modes (0644, directories 0755) and times (as given) are the same on every host.
/// The files must not change while the tree is in use.
/// </remarks>
public sealed class HostDirectory : IDisposable
{
    private readonly List<FileBlob> _blobs = [];
    private readonly FileTime _time;
    private int _room;

    private HostDirectory(string path, FileTime time, InputLimits limits)
    {
        (_time, _room) = (time, limits.MaxTreeEntries);
        var builder = new FileTreeBuilder(Inode.Directory(time: _time));
        try
        {
            Add(builder, path, "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Dispose();
            throw new ReproBuildException($"The directory '{path}' cannot be read: {e.Message} Give a directory whose files are all readable.", e);
        }
        catch
        {
            Dispose();
            throw;
        }

        Tree = builder.Build();
    }

    /// <summary>The tree; its contents are readable until this object is disposed.</summary>
    public FileTree Tree { get; }

    /// <summary>Opens every file in a directory and in those below it.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="time">The time that every entry gets.</param>
    /// <param name="limits">How many entries are allowed; null for <see cref="InputLimits.Default"/>.</param>
    /// <exception cref="ReproBuildException">
    /// The directory cannot be read, contains something other than files and directories, or exceeds a limit.
    /// </exception>
    public static HostDirectory Open(string path, FileTime time, InputLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new HostDirectory(Path.GetFullPath(path), time, limits ?? InputLimits.Default);
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (var blob in _blobs)
        {
            blob.Dispose();
        }
    }

    private void Add(FileTreeBuilder builder, string directory, string prefix)
    {
        // The builder puts names in byte order, so the order in which the host lists them does not matter.
        foreach (var info in new DirectoryInfo(directory).EnumerateFileSystemInfos())
        {
            var path = prefix + info.Name;
            if (info.LinkTarget is not null)
            {
                throw new ReproBuildException(
                    $"'{info.FullName}' is a symbolic link, which may lead anywhere. Replace it with what it points to.");
            }

            if (--_room < 0)
            {
                throw new ReproBuildException(
                    $"The directory '{directory}' has more entries than InputLimits.MaxTreeEntries allows. Name a smaller one.");
            }

            if (info is DirectoryInfo)
            {
                builder.Add(path, Inode.Directory(time: _time));
                Add(builder, info.FullName, path + "/");
                continue;
            }

            var blob = new FileBlob(info.FullName);
            _blobs.Add(blob);
            builder.Add(path, Inode.File(new FileContent(blob, 0, blob.Length), time: _time));
        }
    }
}
