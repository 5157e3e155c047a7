namespace ReproBuild.Core.FileSystem;

/// <summary>Builds a <see cref="FileTree"/> by adding, replacing and removing names. Not safe for concurrent use.</summary>
/// <remarks>
/// Paths are relative to the root, with <c>/</c> between components; empty components and <c>.</c> are dropped.
/// Symbolic links on the way are not followed; <c>LayerApplier</c> resolves them where a specification asks for that.
/// </remarks>
public sealed class FileTreeBuilder
{
    /// <summary>Starts with an empty root directory.</summary>
    /// <param name="root">The root's metadata, or null for mode 0755, owner 0:0, time 0.</param>
    public FileTreeBuilder(Inode? root = null) =>
        RootNode = new TreeNode(ByteString.Empty, null, root ?? Inode.Directory(), null);

    internal TreeNode RootNode { get; }

    /// <summary>The inode at a path, or null.</summary>
    public Inode? Find(ByteString path) => FindNode(path)?.Inode;

    /// <summary>Adds a name, replacing an existing one. A directory over a directory keeps its entries and takes the new metadata.</summary>
    /// <param name="path">The path; missing parents are made from <paramref name="implicitParent"/>.</param>
    /// <param name="inode">The inode; the same object at two paths makes hard links.</param>
    /// <param name="origin">The part of the build that it comes from.</param>
    /// <param name="implicitParent">The metadata of missing parents; with null, a missing parent is an error.</param>
    /// <exception cref="ArgumentException">The path is empty or contains <c>..</c>, or a parent is missing or is not a directory.</exception>
    public void Add(ByteString path, Inode inode, FileOrigin? origin = null, Inode? implicitParent = null)
    {
        ArgumentNullException.ThrowIfNull(inode);
        var components = Split(path);
        if (components.Count == 0)
        {
            throw new ArgumentException("The path names the root itself.", nameof(path));
        }

        var parent = RootNode;
        foreach (var name in components.Take(components.Count - 1))
        {
            if (!Children(parent, path).TryGetValue(name, out var next))
            {
                if (implicitParent is null)
                {
                    throw new ArgumentException($"'{path}' has no parent directory '{TreePath.Join(parent.Path, name)}'.", nameof(path));
                }

                next = Put(parent, name, implicitParent, origin);
            }

            parent = next;
        }

        _ = Children(parent, path);
        Put(parent, components[^1], inode, origin);
    }

    /// <summary>Removes a name and everything below it.</summary>
    /// <returns>False when there was none.</returns>
    public bool Remove(ByteString path) => FindNode(path) is { Parent: { } parent } node && parent.Children!.Remove(node.Name);

    /// <summary>Adds every name of a finished tree below a directory; its hard links stay hard links.</summary>
    /// <inheritdoc cref="Add" path="/exception"/>
    public void AddTree(ByteString directory, FileTree tree, FileOrigin? origin = null, Inode? implicitParent = null)
    {
        ArgumentNullException.ThrowIfNull(tree);
        foreach (var entry in tree.Entries)
        {
            Add(TreePath.Join(directory, entry.Path), entry.Inode, origin ?? entry.Origin, implicitParent);
        }
    }

    /// <summary>The tree so far; later changes do not affect it.</summary>
    public FileTree Build() => FileTreeFreezer.Freeze(RootNode);

    internal static TreeNode Put(TreeNode parent, ByteString name, Inode inode, FileOrigin? origin)
    {
        if (inode.IsDirectory && parent.Children!.TryGetValue(name, out var old) && old.Inode.IsDirectory)
        {
            (old.Inode, old.Origin) = (inode, origin);
            return old;
        }

        return parent.Children![name] = new TreeNode(name, parent, inode, origin);
    }

    internal TreeNode? FindNode(ByteString path)
    {
        var node = RootNode;
        foreach (var name in Split(path))
        {
            if (node.Children is null || !node.Children.TryGetValue(name, out node))
            {
                return null;
            }
        }

        return node;
    }

    private static SortedDictionary<ByteString, TreeNode> Children(TreeNode parent, ByteString path) =>
        parent.Children ?? throw new ArgumentException($"'{path}' is below '{parent.Path}', which is not a directory.", nameof(path));

    private static List<ByteString> Split(ByteString path)
    {
        var components = TreePath.Split(path);
        return components.Exists(TreePath.IsParent)
            ? throw new ArgumentException($"'{path}' contains a '..' component.", nameof(path))
            : components;
    }
}
