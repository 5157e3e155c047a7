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
        var entry = Root;
        foreach (var range in path.Span.Split((byte)'/'))
        {
            var children = entry.Children;
            var index = children.AsSpan().BinarySearch(new ByName(new ByteString(path.Span[range])));
            if (index < 0)
            {
                return null;
            }

            entry = children[index];
        }

        return entry;
    }

    /// <summary>Puts every entry below a directory of a tree that is being built, each parent before what is in it, in one walk.</summary>
    /// <param name="directory">Where the entries go.</param>
    /// <param name="put">
    /// Puts an entry into its parent there, and returns what is there now; null leaves the entry out, and everything below it.
    /// </param>
    /// <param name="cancellationToken">Cancels the walk.</param>
    internal void CopyTo(
        FileTreeEntry directory, Func<FileTreeEntry, FileTreeEntry, FileTreeEntry?> put, CancellationToken cancellationToken = default)
    {
        var parents = new Stack<(FileTreeEntry Source, FileTreeEntry? Target)>([(Root, directory)]);
        foreach (var entry in Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (parents.Peek().Source != entry.Parent)
            {
                parents.Pop();
            }

            var target = parents.Peek().Target is { } parent ? put(entry, parent) : null;
            if (entry.Inode.IsDirectory)
            {
                parents.Push((entry, target));
            }
        }
    }

    private readonly struct ByName(ByteString name) : IComparable<FileTreeEntry>
    {
        public int CompareTo(FileTreeEntry? other) => name.CompareTo(other!.Name);
    }
}
