namespace ReproBuild.Core.FileSystem;

/// <summary>Follows symbolic links inside a tree: absolute targets start at its root, and nothing leads out of it.</summary>
internal static class SymbolicLinkResolver
{
    /// <summary>Linux's limit on links followed in one path (path_resolution(7)).</summary>
    private const int MaxLinks = 40;

    /// <summary>The path with the links among its parents followed; the last component is kept even when it is a link.</summary>
    /// <exception cref="ArgumentException">The path itself holds <c>..</c>, or more than 40 links must be followed.</exception>
    public static ByteString ResolveParents(FileTreeBuilder tree, ByteString path)
    {
        var pending = new Stack<ByteString>();
        Push(pending, path, allowDotDot: false);
        var resolved = new List<ByteString>();
        var node = tree.RootNode;
        var nodes = new Stack<TreeNode?>();
        var links = 0;
        while (pending.TryPop(out var name))
        {
            if (name.Span.SequenceEqual(".."u8))
            {
                if (resolved.Count > 0)
                {
                    resolved.RemoveAt(resolved.Count - 1);
                    node = nodes.Pop();
                }

                continue;
            }

            TreeNode? next = null;
            node?.Children?.TryGetValue(name, out next);
            if (next?.Inode.Type == FileType.SymbolicLink && pending.Count > 0)
            {
                if (++links > MaxLinks)
                {
                    throw new ArgumentException($"'{path}' leads through more than {MaxLinks} symbolic links.", nameof(path));
                }

                if (next.Inode.LinkTarget.Span.StartsWith("/"u8))
                {
                    resolved.Clear();
                    nodes.Clear();
                    node = tree.RootNode;
                }

                Push(pending, next.Inode.LinkTarget, allowDotDot: true);
                continue;
            }

            resolved.Add(name);
            nodes.Push(node);
            node = next;
        }

        var joined = ByteString.Empty;
        foreach (var name in resolved)
        {
            joined = TreePath.Join(joined, name);
        }

        return joined;
    }

    private static void Push(Stack<ByteString> pending, ByteString path, bool allowDotDot)
    {
        var components = new List<ByteString>();
        foreach (var range in path.Span.Split((byte)'/'))
        {
            var component = path.Span[range];
            if (!allowDotDot && component.SequenceEqual(".."u8))
            {
                throw new ArgumentException($"'{path}' holds a '..' component.", nameof(path));
            }

            if (!component.IsEmpty && !component.SequenceEqual("."u8))
            {
                components.Add(new ByteString(component));
            }
        }

        for (var i = components.Count - 1; i >= 0; i--)
        {
            pending.Push(components[i]);
        }
    }
}
