namespace ReproBuild.Core.FileSystem;

/// <summary>A mutable name in a <see cref="FileTreeBuilder"/>.</summary>
internal sealed class TreeNode(ByteString name, TreeNode? parent, Inode inode, FileOrigin? origin)
{
    public ByteString Name { get; } = name;

    public TreeNode? Parent { get; } = parent;

    public Inode Inode { get; set; } = inode;

    public FileOrigin? Origin { get; set; } = origin;

    /// <summary>A directory's entries by name; null for every other type.</summary>
    public SortedDictionary<ByteString, TreeNode>? Children { get; set; } = inode.IsDirectory ? [] : null;

    /// <summary>The path from the root, built on each call: for messages.</summary>
    public ByteString Path
    {
        get
        {
            var names = new List<ByteString>();
            for (var node = this; node.Parent is not null; node = node.Parent)
            {
                names.Add(node.Name);
            }

            names.Reverse();
            return TreePath.Join(names);
        }
    }
}
