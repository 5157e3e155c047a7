using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>The root file system while it is assembled: later entries win, except that directories are not lost silently.</summary>
internal sealed class RootBuilder
{
    private readonly FileTreeBuilder _builder;
    private readonly Inode _ownDirectory;
    private readonly bool _clampTimes;
    private readonly bool _allowDirectoryReplacement;
    private readonly Dictionary<Inode, Inode> _clamped = new(ReferenceEqualityComparer.Instance);

    public RootBuilder(BuildOptions options)
    {
        Inodes = new BuildInodes(options.SourceDateEpoch);
        _ownDirectory = Inodes.Directory();
        _builder = new FileTreeBuilder(_ownDirectory);
        _clampTimes = options.ClampModificationTimes;
        _allowDirectoryReplacement = options.AllowDirectoryReplacement;
    }

    public BuildInodes Inodes { get; }

    /// <summary>The images unpacked so far, in order.</summary>
    public List<UnpackedImage> Unpacked { get; } = [];

    public FileTree Build() => _builder.Build();

    /// <summary>Adds one entry; missing parents become directories of the build's own.</summary>
    public void Put(ByteString path, Inode inode, FileOrigin origin, Inode? implicitParent = null)
    {
        Check(path, inode, origin);
        _builder.Add(path, Clamp(inode), origin, implicitParent ?? _ownDirectory);
    }

    /// <summary>Adds directories of the build's own, mode 0755 and owned by root.</summary>
    public void PutDirectories(FileOrigin origin, params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            Put(path, _ownDirectory, origin);
        }
    }

    /// <summary>The path with the symbolic links among its parents followed, inside the root.</summary>
    /// <exception cref="ArgumentException">The path escapes the root, or there are too many links.</exception>
    public ByteString ResolveParents(ByteString path) => SymbolicLinkResolver.ResolveParents(_builder, path);

    /// <summary>Adds every entry of an image below a directory. A directory that the image only implies does not change an existing one.</summary>
    public void PutTree(ByteString directory, FileTree tree, FileOrigin origin)
    {
        foreach (var entry in tree.Entries)
        {
            var path = TreePath.Join(directory, entry.Path);
            var isImplied = ReferenceEquals(entry.Inode, Inode.ImplicitDirectory);
            if (!isImplied)
            {
                Put(path, entry.Inode, origin);
            }
            else if (_builder.Find(path) is not { IsDirectory: true })
            {
                Put(path, _ownDirectory, origin);
            }
        }
    }

    /// <summary>
    /// An inode that is newer than the build gets the build's time, the same copy for every name
    /// (reproducible-builds.org, "SOURCE_DATE_EPOCH": clamp, do not set).
    /// </summary>
    private Inode Clamp(Inode inode)
    {
        if (!_clampTimes || inode.ModificationTime <= Inodes.Time)
        {
            return inode;
        }

        if (!_clamped.TryGetValue(inode, out var clamped))
        {
            _clamped.Add(inode, clamped = inode.WithTime(Inodes.Time));
        }

        return clamped;
    }

    private void Check(ByteString path, Inode inode, FileOrigin origin)
    {
        var node = _builder.FindNode(path);
        if (node is null || node.Inode.IsDirectory == inode.IsDirectory)
        {
            return;
        }

        if (_allowDirectoryReplacement)
        {
            _builder.Remove(path);
            return;
        }

        throw new RootFileSystemException(
            $"'/{path}' is a {Describe(node.Inode.Type)} from {Name(node.Origin)} and a {Describe(inode.Type)} from {Name(origin)}: " +
            "a directory cannot be merged with anything else. Change one of the two, or set " +
            $"BuildOptions.{nameof(BuildOptions.AllowDirectoryReplacement)} to let the later one win.");
    }

    private static string Name(FileOrigin? origin) => origin is null ? "the build" : $"{origin.Source} ({origin.Location})";

    private static string Describe(FileType type) => type switch
    {
        FileType.RegularFile => "regular file",
        FileType.Directory => "directory",
        FileType.SymbolicLink => "symbolic link",
        FileType.CharacterDevice => "character device",
        FileType.BlockDevice => "block device",
        _ => "named pipe",
    };
}

/// <summary>An image that a stage has unpacked.</summary>
/// <param name="Reference">The image.</param>
/// <param name="Directory">The directory of its files, without a slash at either end; empty for the root.</param>
internal sealed record UnpackedImage(ImageReference Reference, string Directory);
