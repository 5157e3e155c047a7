using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Layers;

/// <summary>The tree of the layers applied so far, reached by paths whose symbolic links are followed inside the root.</summary>
internal sealed class LayeredTree(InputLimits limits)
{
    private readonly FileTreeBuilder _builder = new(Inode.ImplicitDirectory);
    private int _entries;

    public TreeNode Root => _builder.RootNode;

    public FileTree Build() => _builder.Build();

    /// <summary>The node at a path, whose last component is not followed; null when there is none.</summary>
    public TreeNode? Find(List<ByteString> path)
    {
        var resolved = Resolve(path);
        return Walk(resolved, resolved.Count);
    }

    /// <summary>The parent node of a path's last component; null when there is none.</summary>
    public TreeNode? FindParent(List<ByteString> path)
    {
        var resolved = Resolve(path);
        return Walk(resolved, resolved.Count - 1);
    }

    /// <summary>The node at a path, or what stands in its way: a parent that is not a directory; null when there is neither.</summary>
    public TreeNode? FindNearest(List<ByteString> path)
    {
        var node = Root;
        foreach (var name in Resolve(path))
        {
            if (node.Children is null)
            {
                return node;
            }

            if (!node.Children.TryGetValue(name, out node))
            {
                return null;
            }
        }

        return node;
    }

    /// <summary>Puts an inode at a path other than the root's; missing parents are made.</summary>
    public TreeNode Put(List<ByteString> path, Inode inode)
    {
        var resolved = Resolve(path);
        var parent = Root;
        for (var i = 0; i < resolved.Count - 1; i++)
        {
            parent = Directory(parent).TryGetValue(resolved[i], out var next) ? next : Put(parent, resolved[i], Inode.ImplicitDirectory);
        }

        _ = Directory(parent);
        return Put(parent, resolved[^1], inode);
    }

    private TreeNode Put(TreeNode parent, ByteString name, Inode inode)
    {
        if (++_entries > limits.MaxTreeEntries)
        {
            throw new IntegrityException($"the layers put more than {limits.MaxTreeEntries} entries into the tree (limit MaxTreeEntries)");
        }

        return FileTreeBuilder.Put(parent, name, inode, null);
    }

    private TreeNode? Walk(List<ByteString> resolved, int count)
    {
        var node = Root;
        for (var i = 0; i < count; i++)
        {
            if (node.Children is null || !node.Children.TryGetValue(resolved[i], out node))
            {
                return null;
            }
        }

        return node;
    }

    private static SortedDictionary<ByteString, TreeNode> Directory(TreeNode node) =>
        node.Children ?? throw new IntegrityException($"it lies below '{node.Path}', which is not a directory");

    private List<ByteString> Resolve(List<ByteString> path)
    {
        if (!LeadsThroughLink(path))
        {
            return path;
        }

        var resolved = SymbolicLinkResolver.ResolveParents(Root, path)
            ?? throw new IntegrityException($"its path leads through more than {SymbolicLinkResolver.MaxLinks} symbolic links");
        return resolved.Sum(static name => name.Length + 1L) - 1 <= limits.MaxPathLength
            ? resolved
            : throw new IntegrityException(
                $"its path has more than {limits.MaxPathLength} bytes (limit MaxPathLength), the symbolic links in it followed");
    }

    /// <summary>Whether a parent in the path is a symbolic link.</summary>
    public bool LeadsThroughLink(List<ByteString> path)
    {
        var node = Root;
        for (var i = 0; i < path.Count - 1 && node.Children is { } children; i++)
        {
            if (!children.TryGetValue(path[i], out node!))
            {
                return false;
            }
        }

        return node.Inode.Type == FileType.SymbolicLink;
    }
}
