namespace ReproBuild.Core.FileSystem;

/// <summary>Builds a <see cref="FileTree"/> by adding, replacing and removing names. Not safe for concurrent use.</summary>
/// <remarks>
/// Paths are relative to the root, with <c>/</c> between components; empty components and <c>.</c> are dropped.
/// Symbolic links on the way are not followed; <c>LayerApplier</c> resolves them where a specification asks for that.
/// </remarks>
public sealed class FileTreeBuilder
{
    // What is being built; null from when it became a tree until something is asked of the builder again.
    private FileTreeEntry? _root;
    private FileTree? _built;

    /// <summary>Starts with an empty root directory.</summary>
    /// <param name="root">The root's metadata, or null for mode 0755, owner 0:0, time 0.</param>
    public FileTreeBuilder(Inode? root = null) => _root = new FileTreeEntry(null, ByteString.Empty, root ?? Inode.Directory(), null);

    internal FileTreeEntry Root => _root ??= CopyOf(_built ?? throw Cancelled());

    /// <summary>The inode at a path, or null.</summary>
    public Inode? Find(ByteString path) => FindEntry(path)?.Inode;

    /// <summary>Adds a name, replacing an existing one. A directory over a directory keeps its entries and takes the new metadata.</summary>
    /// <param name="path">The path; missing parents are made from <paramref name="implicitParent"/>.</param>
    /// <param name="inode">The inode; the same object at two paths makes hard links.</param>
    /// <param name="origin">The part of the build that it comes from.</param>
    /// <param name="implicitParent">The metadata of missing parents; with null, a missing parent is an error.</param>
    /// <exception cref="ArgumentException">The path is empty or contains <c>..</c>, or a parent is missing or is not a directory.</exception>
    public void Add(ByteString path, Inode inode, FileOrigin? origin = null, Inode? implicitParent = null)
    {
        ArgumentNullException.ThrowIfNull(inode);
        var parent = FindParent(path, (directory, name) => Implied(path, directory, name, origin, implicitParent), out var last);
        Put(parent, last, inode, origin);
    }

    /// <summary>Removes a name and everything below it.</summary>
    /// <returns>False when there was none.</returns>
    public bool Remove(ByteString path)
    {
        if (FindEntry(path) is not { Parent: { } parent } entry)
        {
            return false;
        }

        parent.RemoveChild(entry);
        return true;
    }

    /// <summary>Adds every name of a finished tree below a directory; its hard links stay hard links.</summary>
    /// <inheritdoc cref="Add" path="/exception"/>
    public void AddTree(ByteString directory, FileTree tree, FileOrigin? origin = null, Inode? implicitParent = null)
    {
        ArgumentNullException.ThrowIfNull(tree);
        if (!tree.Entries.IsEmpty)
        {
            var first = TreePath.Join(directory, tree.Entries[0].Name);
            var target = FindParent(first, (parent, name) => Implied(first, parent, name, origin, implicitParent), out _);
            tree.CopyTo(target, (entry, parent) => Put(parent, entry.Name, entry.Inode, origin ?? entry.Origin));
        }
    }

    /// <summary>The tree so far; later changes do not affect it.</summary>
    public FileTree Build() => Finish(CancellationToken.None);

    /// <summary><see cref="Build()"/>; after a cancellation the builder is of no use.</summary>
    internal FileTree Finish(CancellationToken cancellationToken)
    {
        if (_root is { } root)
        {
            (_root, _built) = (null, null);
            _built = FileTreeFreezer.Freeze(root, cancellationToken);
        }

        return _built ?? throw Cancelled();
    }

    internal static FileTreeEntry Put(FileTreeEntry parent, ByteString name, Inode inode, FileOrigin? origin)
    {
        if (inode.IsDirectory && parent.FindChild(name) is { Inode.IsDirectory: true } old)
        {
            (old.Inode, old.Origin) = (inode, origin);
            return old;
        }

        var entry = new FileTreeEntry(parent, name, inode, origin);
        inode.AddName();
        parent.PutChild(entry);
        return entry;
    }

    internal FileTreeEntry? FindEntry(ByteString path)
    {
        var entry = Root;
        foreach (var name in Split(path))
        {
            if (entry.FindChild(name) is not { } child)
            {
                return null;
            }

            entry = child;
        }

        return entry;
    }

    /// <summary>The directory that a path is in.</summary>
    /// <param name="path">The path.</param>
    /// <param name="missing">Makes a directory that is missing on the way, given its parent and its name.</param>
    /// <param name="last">The last component of the path.</param>
    internal FileTreeEntry FindParent(ByteString path, Func<FileTreeEntry, ByteString, FileTreeEntry> missing, out ByteString last)
    {
        var components = Split(path);
        if (components.Count == 0)
        {
            throw new ArgumentException("The path names the root itself.", nameof(path));
        }

        var parent = Root;
        foreach (var name in components.Take(components.Count - 1))
        {
            ThrowIfNoDirectory(parent, path);
            parent = parent.FindChild(name) ?? missing(parent, name);
        }

        ThrowIfNoDirectory(parent, path);
        last = components[^1];
        return parent;
    }

    private static FileTreeEntry Implied(
        ByteString path, FileTreeEntry parent, ByteString name, FileOrigin? origin, Inode? inode) => inode is not null
        ? Put(parent, name, inode, origin)
        : throw new ArgumentException($"'{path.Shown()}' has no parent directory '{TreePath.Join(parent.Path, name).Shown()}'.", nameof(path));

    private static void ThrowIfNoDirectory(FileTreeEntry parent, ByteString path)
    {
        if (!parent.Inode.IsDirectory)
        {
            throw new ArgumentException($"'{path.Shown()}' is below '{parent.Path.Shown()}', which is not a directory.", nameof(path));
        }
    }

    private static InvalidOperationException Cancelled() => new("Building the tree was cancelled. Begin with a new builder.");

    private static FileTreeEntry CopyOf(FileTree tree)
    {
        var root = new FileTreeEntry(null, ByteString.Empty, tree.Root.Inode, tree.Root.Origin);
        tree.CopyTo(root, static (entry, parent) => Put(parent, entry.Name, entry.Inode, entry.Origin));
        return root;
    }

    private static List<ByteString> Split(ByteString path)
    {
        var components = TreePath.Split(path);
        return components.Exists(TreePath.IsParent)
            ? throw new ArgumentException($"'{path.Shown()}' contains a '..' component.", nameof(path))
            : components;
    }
}
