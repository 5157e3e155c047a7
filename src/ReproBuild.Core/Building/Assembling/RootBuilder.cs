using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>The root file system while it is assembled: later entries win, except that directories are not lost silently.</summary>
internal sealed class RootBuilder
{
    private readonly FileTreeBuilder _builder;
    private readonly Inode _ownDirectory;
    private readonly TreeBudget _budget;
    private readonly bool _clampTimes;
    private readonly bool _allowDirectoryReplacement;
    private readonly Dictionary<Inode, Inode> _clamped = new(ReferenceEqualityComparer.Instance);

    public RootBuilder(BuildOptions options)
    {
        Inodes = new BuildInodes(options.SourceDateEpoch);
        _ownDirectory = Inodes.Directory();
        _builder = new FileTreeBuilder(_ownDirectory);
        _budget = new TreeBudget(options.Limits);
        _clampTimes = options.ClampModificationTimes;
        _allowDirectoryReplacement = options.AllowDirectoryReplacement;
    }

    public BuildInodes Inodes { get; }

    /// <summary>The images unpacked so far, in order.</summary>
    public List<UnpackedImage> Unpacked { get; } = [];

    public FileTree Build(CancellationToken cancellationToken) => _builder.Finish(cancellationToken);

    /// <summary>Adds one entry; missing parents become directories of the build's own.</summary>
    public void Put(ByteString path, Inode inode, FileOrigin origin, Inode? implicitParent = null)
    {
        var parent = _builder.FindParent(path, (directory, name) => Put(directory, name, implicitParent ?? _ownDirectory, origin), out var last);
        Put(parent, last, inode, origin);
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

    /// <summary>Adds the entries of an image below a directory. A directory that the image only implies does not change an existing one.</summary>
    /// <param name="directory">Where they go.</param>
    /// <param name="tree">The image.</param>
    /// <param name="origin">Where they come from.</param>
    /// <param name="leftOut">The entries that are left out, with everything below them.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public void PutTree(
        ByteString directory, FileTree tree, FileOrigin origin, IReadOnlySet<FileTreeEntry> leftOut, CancellationToken cancellationToken)
    {
        if (tree.Entries.IsEmpty)
        {
            return;
        }

        var first = TreePath.Join(directory, tree.Entries[0].Name);
        var target = _builder.FindParent(first, (parent, name) => Put(parent, name, _ownDirectory, origin), out _);
        tree.CopyTo(target, (entry, parent) => leftOut.Contains(entry) ? null : Put(parent, entry, origin), cancellationToken);
    }

    private FileTreeEntry Put(FileTreeEntry parent, FileTreeEntry entry, FileOrigin origin)
    {
        if (!ReferenceEquals(entry.Inode, Inode.ImplicitDirectory))
        {
            return Put(parent, entry.Name, entry.Inode, origin);
        }

        var existing = parent.FindChild(entry.Name);
        return existing is { Inode.IsDirectory: true } ? existing : Put(parent, entry.Name, _ownDirectory, origin);
    }

    private FileTreeEntry Put(FileTreeEntry parent, ByteString name, Inode inode, FileOrigin origin)
    {
        if (parent.FindChild(name) is { } old && old.Inode.IsDirectory != inode.IsDirectory)
        {
            if (!_allowDirectoryReplacement)
            {
                throw Conflict(old, inode, origin);
            }

            parent.RemoveChild(old);
        }

        var entry = FileTreeBuilder.Put(parent, name, Clamp(inode), origin);
        return _budget.Add(entry) is not { } problem ? entry : throw new RootFileSystemException(
            $"'/{entry.Path.Shown()}' from {Name(origin)} cannot be put into the root file system: {problem}. " +
            "Leave something out, or raise the limit.");
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

    private static RootFileSystemException Conflict(FileTreeEntry old, Inode inode, FileOrigin origin) => new(
        $"'/{old.Path.Shown()}' is a {Describe(old.Inode.Type)} from {Name(old.Origin)} and a {Describe(inode.Type)} from {Name(origin)}: " +
        "a directory cannot be merged with anything else. Change one of the two, or set " +
        $"BuildOptions.{nameof(BuildOptions.AllowDirectoryReplacement)} to let the later one win.");

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
