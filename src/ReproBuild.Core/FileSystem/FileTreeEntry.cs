using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace ReproBuild.Core.FileSystem;

/// <summary>One name in a <see cref="FileTree"/>.</summary>
/// <remarks>It holds its own name and its parent, so that a tree takes memory for the bytes of its names, however deep it is.</remarks>
public sealed partial class FileTreeEntry
{
    internal FileTreeEntry(FileTreeEntry? parent, ByteString name, Inode inode, FileOrigin? origin)
    {
        (Parent, Name, Inode, Origin) = (parent, name, inode, origin);
        PathLength = parent is { PathLength: > 0 } ? parent.PathLength + 1 + name.Length : name.Length;
    }

    /// <summary>The path relative to the root, with <c>/</c> between components and none at either end; made on each call.</summary>
    public ByteString Path => Parent is null or { Parent: null } ? Name : ByteString.Create(PathLength, this, WritePath);

    /// <summary>The last component of the path.</summary>
    public ByteString Name { get; }

    /// <summary>The metadata and content.</summary>
    public Inode Inode { get; internal set; }

    /// <summary>The part of the build that it came from, or null if the tree was not made by a build.</summary>
    public FileOrigin? Origin { get; internal set; }

    /// <summary>The first name of the same inode, in tree order, if this is a later one; otherwise null.</summary>
    public FileTreeEntry? HardLinkTarget { get; internal set; }

    /// <summary>How many names the inode has in the tree; 1 for a directory.</summary>
    public int LinkCount { get; internal set; } = 1;

    /// <summary>A directory's entries, ordered by name; empty for every other type.</summary>
    public ImmutableArray<FileTreeEntry> Children => ImmutableCollectionsMarshal.AsImmutableArray<FileTreeEntry>(_children!);

    /// <summary>The directory that it is in; null for the root.</summary>
    internal FileTreeEntry? Parent { get; }

    /// <summary>How many bytes <see cref="Path"/> has.</summary>
    internal int PathLength { get; }

    /// <summary>What put it there last, while layers are applied: see <c>LowerLayers</c>.</summary>
    internal int Stamp { get; set; }

    private static void WritePath(Span<byte> path, FileTreeEntry entry)
    {
        for (var node = entry; node.Parent is { } parent; node = parent)
        {
            node.Name.Span.CopyTo(path[^node.Name.Length..]);
            path = path[..^node.Name.Length];
            if (!path.IsEmpty)
            {
                path[^1] = (byte)'/';
                path = path[..^1];
            }
        }
    }
}
