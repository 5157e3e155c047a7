using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Layers;

/// <summary>The tree of the layers applied so far, reached by paths whose symbolic links are followed inside the root.</summary>
internal sealed class LayeredTree(InputLimits limits)
{
    private readonly FileTreeBuilder _builder = new(Inode.ImplicitDirectory);
    private readonly TreeBudget _budget = new(limits);

    public FileTreeEntry Root => _builder.Root;

    public FileTree Build(CancellationToken cancellationToken) => _builder.Finish(cancellationToken);

    /// <summary>The node at a path, whose last component is not followed; null when there is none.</summary>
    public FileTreeEntry? Find(List<ByteString> path)
    {
        var resolved = Resolve(path);
        return Walk(resolved, resolved.Count);
    }

    /// <summary>The parent node of a path's last component; null when there is none.</summary>
    public FileTreeEntry? FindParent(List<ByteString> path)
    {
        var resolved = Resolve(path);
        return Walk(resolved, resolved.Count - 1);
    }

    /// <summary>The node at a path, or what stands in its way: a parent that is not a directory; null when there is neither.</summary>
    public FileTreeEntry? FindNearest(List<ByteString> path)
    {
        var node = Root;
        foreach (var name in Resolve(path))
        {
            if (!node.Inode.IsDirectory)
            {
                return node;
            }

            if (node.FindChild(name) is not { } child)
            {
                return null;
            }

            node = child;
        }

        return node;
    }

    /// <summary>Puts an inode at a path other than the root's; missing parents are made.</summary>
    public FileTreeEntry Put(List<ByteString> path, Inode inode)
    {
        var resolved = Resolve(path);
        var parent = Root;
        for (var i = 0; i < resolved.Count - 1; i++)
        {
            ThrowIfNoDirectory(parent);
            parent = parent.FindChild(resolved[i]) ?? Put(parent, resolved[i], Inode.ImplicitDirectory);
        }

        ThrowIfNoDirectory(parent);
        return Put(parent, resolved[^1], inode);
    }

    private FileTreeEntry Put(FileTreeEntry parent, ByteString name, Inode inode)
    {
        var entry = FileTreeBuilder.Put(parent, name, inode, null);
        ThrowIfAny(_budget.Add(entry));
        return entry;
    }

    private FileTreeEntry? Walk(List<ByteString> resolved, int count)
    {
        FileTreeEntry? node = Root;
        for (var i = 0; i < count && node is not null; i++)
        {
            node = node.FindChild(resolved[i]);
        }

        return node;
    }

    private static void ThrowIfNoDirectory(FileTreeEntry node)
    {
        if (!node.Inode.IsDirectory)
        {
            throw new IntegrityException($"it lies below '{node.Path.Shown()}', which is not a directory");
        }
    }

    private static void ThrowIfAny(string? problem)
    {
        if (problem is not null)
        {
            throw new IntegrityException(problem);
        }
    }

    /// <summary>The path with the symbolic links among its parents followed; a path without any is itself.</summary>
    public List<ByteString> Resolve(List<ByteString> path)
    {
        if (!LeadsThroughLink(path))
        {
            return path;
        }

        var resolved = SymbolicLinkResolver.ResolveParents(Root, path, length => ThrowIfAny(_budget.AddPath(length)))
            ?? throw new IntegrityException($"its path leads through more than {SymbolicLinkResolver.MaxLinks} symbolic links");
        var length = resolved.Sum(static name => name.Length + 1L) - 1;
        if (length > limits.MaxPathLength)
        {
            throw new IntegrityException(
                $"its path has more than {limits.MaxPathLength} bytes (limit MaxPathLength), the symbolic links in it followed");
        }

        ThrowIfAny(_budget.AddPath((int)length));
        return resolved;
    }

    /// <summary>Whether a parent in the path is a symbolic link.</summary>
    public bool LeadsThroughLink(List<ByteString> path)
    {
        var node = Root;
        for (var i = 0; i < path.Count - 1 && node.Inode.IsDirectory; i++)
        {
            if (node.FindChild(path[i]) is not { } child)
            {
                return false;
            }

            node = child;
        }

        return node.Inode.Type == FileType.SymbolicLink;
    }
}
