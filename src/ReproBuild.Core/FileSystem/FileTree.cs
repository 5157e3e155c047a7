using System.Collections.Immutable;

namespace ReproBuild.Core.FileSystem;

/// <summary>An immutable file system tree: complete and sorted, with each path once.</summary>
/// <remarks>
/// The order is the byte order of the paths' components, parents first. Every parent is present. Build one with <see cref="FileTreeBuilder"/>.
/// </remarks>
public sealed class FileTree
{
    private readonly FileTreeDigest _digest;

    internal FileTree(FileTreeEntry root, ImmutableArray<FileTreeEntry> entries) =>
        (Root, Entries, _digest) = (root, entries, new FileTreeDigest(this));

    /// <summary>The root directory. Its path and name are empty, and it is not one of <see cref="Entries"/>.</summary>
    public FileTreeEntry Root { get; }

    /// <summary>Every entry except the root, in order.</summary>
    public ImmutableArray<FileTreeEntry> Entries { get; }

    /// <summary>The SHA-256 digest of every path, its metadata and its content; computed on first use, which reads every file once.</summary>
    /// <remarks>Safe for concurrent use: one caller computes it, the others wait; after a failure or cancellation another begins anew.</remarks>
    /// <param name="cancellationToken">Cancels the operation for this caller only.</param>
    /// <exception cref="IOException">A file's content cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Digest ComputeDigest(CancellationToken cancellationToken = default) => _digest.GetOrCompute(cancellationToken);

    /// <summary>Finds an entry by its path, relative to the root and without a leading slash; symbolic links are not followed.</summary>
    /// <returns>Null when there is none.</returns>
    public FileTreeEntry? Find(ByteString path)
    {
        var index = Entries.AsSpan().BinarySearch(new ByPath(path));
        return index < 0 ? null : Entries[index];
    }

    private readonly struct ByPath(ByteString path) : IComparable<FileTreeEntry>
    {
        public int CompareTo(FileTreeEntry? other) => TreePath.Compare(path.Span, other!.Path.Span);
    }
}

/// <summary>One name in a <see cref="FileTree"/>.</summary>
public sealed class FileTreeEntry
{
    internal FileTreeEntry(ByteString path, ByteString name, Inode inode, FileOrigin? origin) =>
        (Path, Name, Inode, Origin) = (path, name, inode, origin);

    /// <summary>The path relative to the root, with <c>/</c> between components and none at either end.</summary>
    public ByteString Path { get; }

    /// <summary>The last component of the path.</summary>
    public ByteString Name { get; }

    /// <summary>The metadata and content.</summary>
    public Inode Inode { get; }

    /// <summary>The part of the build that it came from, or null if the tree was not made by a build.</summary>
    public FileOrigin? Origin { get; }

    /// <summary>The first name of the same inode, in tree order, if this is a later one; otherwise null.</summary>
    public FileTreeEntry? HardLinkTarget { get; internal set; }

    /// <summary>How many names the inode has in the tree; 1 for a directory.</summary>
    public int LinkCount { get; internal set; } = 1;

    /// <summary>A directory's entries, ordered by name; empty for every other type.</summary>
    public ImmutableArray<FileTreeEntry> Children { get; internal set; } = [];
}
