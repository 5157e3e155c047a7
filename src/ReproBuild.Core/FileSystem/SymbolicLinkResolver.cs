namespace ReproBuild.Core.FileSystem;

/// <summary>Follows symbolic links inside a tree: absolute targets start at its root, and nothing leads out of it.</summary>
internal static class SymbolicLinkResolver
{
    /// <summary>Linux's limit on links followed in one path (path_resolution(7)).</summary>
    public const int MaxLinks = 40;

    /// <summary>The path with the links among its parents followed; the last component is kept even if it is a link.</summary>
    /// <exception cref="ArgumentException">The path itself contains <c>..</c>, or more than 40 links must be followed.</exception>
    public static ByteString ResolveParents(FileTreeBuilder tree, ByteString path)
    {
        var components = TreePath.Split(path);
        if (components.Exists(TreePath.IsParent))
        {
            throw new ArgumentException($"'{path.Shown()}' contains a '..' component.", nameof(path));
        }

        var resolved = ResolveParents(tree.Root, components)
            ?? throw new ArgumentException($"'{path.Shown()}' leads through more than {MaxLinks} symbolic links.", nameof(path));
        return TreePath.Join(resolved);
    }

    /// <summary>The components of the path with the links among its parents followed; null when there are too many links.</summary>
    /// <param name="root">Where the path and absolute links begin.</param>
    /// <param name="path">The components, without <c>..</c>.</param>
    /// <param name="followed">Is told how many bytes each link's target has that is followed.</param>
    public static List<ByteString>? ResolveParents(FileTreeEntry root, List<ByteString> path, Action<int>? followed = null)
    {
        var pending = new Stack<ByteString>(Enumerable.Reverse(path));
        var walk = new Walk(root);
        var links = 0;
        while (pending.TryPop(out var name))
        {
            if (TreePath.IsParent(name))
            {
                walk.Leave();
            }
            else if (pending.Count == 0 || walk.Find(name) is not { Inode.Type: FileType.SymbolicLink } link)
            {
                walk.Enter(name);
            }
            else if (++links > MaxLinks)
            {
                return null;
            }
            else
            {
                followed?.Invoke(link.Inode.LinkTarget.Length);
                Follow(link.Inode.LinkTarget, walk, pending);
            }
        }

        return walk.Names;
    }

    private static void Follow(ByteString target, Walk walk, Stack<ByteString> pending)
    {
        if (target.Span.StartsWith("/"u8))
        {
            walk.Restart();
        }

        foreach (var component in Enumerable.Reverse(TreePath.Split(target)))
        {
            pending.Push(component);
        }
    }

    /// <summary>The place that the walk has reached; names below a path that does not exist are kept as they are.</summary>
    private sealed class Walk
    {
        private readonly FileTreeEntry _root;
        private readonly Stack<FileTreeEntry?> _parents = [];
        private FileTreeEntry? _node;

        public Walk(FileTreeEntry root) => _node = _root = root;

        public List<ByteString> Names { get; } = [];

        public FileTreeEntry? Find(ByteString name) => _node?.FindChild(name);

        public void Enter(ByteString name)
        {
            var child = Find(name);
            Names.Add(name);
            _parents.Push(_node);
            _node = child;
        }

        /// <summary>The parent of the root is the root.</summary>
        public void Leave()
        {
            if (_parents.TryPop(out var parent))
            {
                Names.RemoveAt(Names.Count - 1);
                _node = parent;
            }
        }

        public void Restart()
        {
            Names.Clear();
            _parents.Clear();
            _node = _root;
        }
    }
}
