using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace ReproBuild.Core.FileSystem;

/// <summary>Makes the entries that a builder has collected a tree: parents first, names in byte order, hard links at their first name.</summary>
/// <remarks>Not recursive, since hostile archives nest directories as deep as the limits allow.</remarks>
internal static class FileTreeFreezer
{
    public static FileTree Freeze(FileTreeEntry root, CancellationToken cancellationToken)
    {
        var entries = new FileTreeEntry[SortAll(root, cancellationToken)];
        var count = 0;
        var directories = new Stack<(ImmutableArray<FileTreeEntry> Children, int Next)>([(root.Children, 0)]);
        while (directories.TryPop(out var directory))
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var (children, next) = directory; next < children.Length; next++)
            {
                var entry = entries[count++] = children[next];
                if (!entry.Children.IsEmpty)
                {
                    directories.Push((children, next + 1));
                    directories.Push((entry.Children, 0));
                    break;
                }
            }
        }

        Link(entries);
        return new FileTree(root, ImmutableCollectionsMarshal.AsImmutableArray(entries));
    }

    /// <summary>Sorts every directory, and counts the entries.</summary>
    private static int SortAll(FileTreeEntry root, CancellationToken cancellationToken)
    {
        var count = 0;
        var pending = new Stack<FileTreeEntry>([root]);
        while (pending.TryPop(out var directory))
        {
            cancellationToken.ThrowIfCancellationRequested();
            directory.SortChildren();
            count += directory.Children.Length;
            foreach (var child in directory.Children)
            {
                if (child.Inode.IsDirectory)
                {
                    pending.Push(child);
                }
            }
        }

        return count;
    }

    private static void Link(FileTreeEntry[] entries)
    {
        var firstNames = new Dictionary<Inode, FileTreeEntry>(ReferenceEqualityComparer.Instance);
        foreach (var entry in entries)
        {
            if (!entry.Inode.IsDirectory && entry.Inode.MayBeLinked && !firstNames.TryAdd(entry.Inode, entry))
            {
                entry.HardLinkTarget = firstNames[entry.Inode];
                entry.HardLinkTarget.LinkCount++;
            }
        }

        foreach (var entry in entries)
        {
            entry.LinkCount = entry.HardLinkTarget?.LinkCount ?? entry.LinkCount;
        }
    }
}
