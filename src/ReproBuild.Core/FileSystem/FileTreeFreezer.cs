using System.Collections.Immutable;

namespace ReproBuild.Core.FileSystem;

/// <summary>Makes the immutable tree of a builder's nodes: parents first, names in byte order, hard links at their first name.</summary>
/// <remarks>Not recursive, since hostile archives nest directories as deep as the limits allow.</remarks>
internal sealed class FileTreeFreezer
{
    private readonly ImmutableArray<FileTreeEntry>.Builder _entries = ImmutableArray.CreateBuilder<FileTreeEntry>();
    private readonly Dictionary<Inode, FileTreeEntry> _firstNames = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<(TreeNode Node, FileTreeEntry Entry)> _pending = [];

    private FileTreeFreezer()
    {
    }

    public static FileTree Freeze(TreeNode rootNode)
    {
        var freezer = new FileTreeFreezer();
        var root = new FileTreeEntry(ByteString.Empty, ByteString.Empty, rootNode.Inode, rootNode.Origin);
        freezer.FreezeChildren(rootNode, root);
        while (freezer._pending.TryPop(out var next))
        {
            freezer._entries.Add(next.Entry);
            if (next.Node.Children is null)
            {
                freezer.Link(next.Entry);
            }
            else
            {
                freezer.FreezeChildren(next.Node, next.Entry);
            }
        }

        freezer.CountLinks();
        return new FileTree(root, freezer._entries.DrainToImmutable());
    }

    private void FreezeChildren(TreeNode directory, FileTreeEntry frozen)
    {
        var nodes = directory.Children!;
        var children = ImmutableArray.CreateBuilder<FileTreeEntry>(nodes.Count);
        foreach (var node in nodes.Values)
        {
            children.Add(new FileTreeEntry(TreePath.Join(frozen.Path, node.Name), node.Name, node.Inode, node.Origin));
        }

        frozen.Children = children.MoveToImmutable();
        var last = frozen.Children.Length - 1;
        foreach (var node in nodes.Values.Reverse())
        {
            _pending.Push((node, frozen.Children[last--]));
        }
    }

    private void Link(FileTreeEntry entry)
    {
        if (!_firstNames.TryAdd(entry.Inode, entry))
        {
            var first = _firstNames[entry.Inode];
            entry.HardLinkTarget = first;
            first.LinkCount++;
        }
    }

    private void CountLinks()
    {
        foreach (var entry in _entries)
        {
            entry.LinkCount = entry.HardLinkTarget?.LinkCount ?? entry.LinkCount;
        }
    }
}
