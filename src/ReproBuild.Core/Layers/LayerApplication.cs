using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;

namespace ReproBuild.Core.Layers;

/// <summary>One layer while it is applied to the tree of those below it.</summary>
/// <remarks>
/// <para>
/// The order of a layer's entries does not matter, except that the later of two entries with one path wins: a layer means the same as a
/// directory that overlayfs puts on top of the lower ones. So entries are applied by depth, parents before their children, and at each
/// depth whiteouts before entries that add something.
/// </para>
/// <para>
/// A path that leads through a symbolic link waits until every direct path is in place: only then is it known what the link is, and
/// whether this layer puts something else there. Hard links whose target is not known before that come last.
/// </para>
/// </remarks>
/// <param name="tree">The tree of the layers below.</param>
/// <param name="layer">The layer.</param>
/// <param name="lower">The highest stamp of the layers below.</param>
/// <param name="limits">What the layer must not exceed.</param>
/// <param name="cancellationToken">Cancels the operation.</param>
internal sealed class LayerApplication(LayeredTree tree, Layer layer, int lower, InputLimits limits, CancellationToken cancellationToken)
{
    private readonly ImmutableArray<TarEntry> _entries = layer.Index.Entries;
    private readonly LowerLayers _lower = new(lower);
    private readonly LayerLinks _links = new(tree, layer.Index.Entries, limits);

    // Entries whose path leads through a symbolic link, and hard links whose target is not known yet.
    private readonly List<int> _indirect = [];
    private readonly List<int> _late = [];

    private long _size;

    /// <returns>The highest stamp of this layer and those below.</returns>
    public int Run()
    {
        if (_entries.Length > limits.MaxArchiveEntries)
        {
            throw new IntegrityException(
                $"Layer {layer.DiffId} has {_entries.Length} entries, more than {limits.MaxArchiveEntries} (limit MaxArchiveEntries).");
        }

        var all = Enumerable.Range(0, _entries.Length);
        ForEach(all.Where(index => _entries[index].Type == TarEntryType.HardLink), (index, _) => _links.AddTarget(_entries[index]));
        ForEach(_links.IsEmpty ? [] : all, _links.Note);
        var ranks = new int[_entries.Length];
        ForEach(all, (index, path) => ranks[index] = Rank(path));
        ForEach(Sort(ranks), (index, path) => ApplyOrDefer(index, path, tree.LeadsThroughLink(path) ? _indirect : null));
        ForEach(SortIndirect(ranks), (index, path) => ApplyOrDefer(index, path, deferred: null));
        ForEach(_late, (index, path) => Put(index, path, _links.FindInTree(_entries[index])));
        return _lower.Last(_entries.Length);
    }

    /// <summary>By depth, and whiteouts before the entries that add something.</summary>
    private static int Rank(List<ByteString> path) => (2 * path.Count) + (path.Exists(WhiteoutName.IsWhiteout) ? 0 : 1);

    /// <summary>
    /// The entries by rank; those of one rank in the archive's order, so that the later of two entries with one path comes later. A counting
    /// sort: it is stable, and takes one pass.
    /// </summary>
    private static int[] Sort(int[] ranks)
    {
        var starts = new int[ranks.Length == 0 ? 1 : ranks.Max() + 2];
        foreach (var rank in ranks)
        {
            starts[rank + 1]++;
        }

        for (var rank = 1; rank < starts.Length; rank++)
        {
            starts[rank] += starts[rank - 1];
        }

        var order = new int[ranks.Length];
        for (var index = 0; index < ranks.Length; index++)
        {
            order[starts[ranks[index]]++] = index;
        }

        return order;
    }

    /// <summary>By rank and path: these may change what the paths of the others mean, so the archive's order must not show.</summary>
    private List<int> SortIndirect(int[] ranks) => [.. _indirect.OrderBy(index => ranks[index]).ThenBy(index => _entries[index].Name)];

    private void ForEach(IEnumerable<int> indices, Action<int, List<ByteString>> apply)
    {
        foreach (var index in indices)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                apply(index, EntryPath.Parse(_entries[index].Name, limits));
            }
            catch (IntegrityException e)
            {
                throw new IntegrityException($"Layer {layer.DiffId}: the entry '{_entries[index].Name.Shown()}' cannot be applied: {e.Message}.", e);
            }
        }
    }

    private void ApplyOrDefer(int index, List<ByteString> path, List<int>? deferred)
    {
        if (deferred is not null)
        {
            deferred.Add(index);
        }
        else if (path.Count == 0)
        {
            ApplyRoot(index);
        }
        else if (path.Exists(WhiteoutName.IsMetadata))
        {
            // AUFS's own files are what hard links point at, and nothing else.
        }
        else if (path.FindIndex(WhiteoutName.IsWhiteout) is >= 0 and var whiteout)
        {
            Erase(path, whiteout);
        }
        else if (_entries[index].Type != TarEntryType.HardLink)
        {
            Put(index, path, _links.InodeOf(index, Inode));
        }
        else if (_links.FindKnown(index, Inode) is { } target)
        {
            Put(index, path, target);
        }
        else
        {
            _late.Add(index);
        }
    }

    private void Put(int index, List<ByteString> path, Inode inode)
    {
        path = tree.Resolve(path);

        // A later entry with the same path came first, or one that makes a parent something other than a directory.
        if (!_lower.IsLater(tree.FindNearest(path), index))
        {
            _lower.Protect(tree.Put(path, inode), index);
        }
    }

    private void ApplyRoot(int index)
    {
        if (_entries[index].Type != TarEntryType.Directory)
        {
            throw new IntegrityException("it would replace the root, which must be a directory");
        }

        tree.Root.Inode = Inode(index);
    }

    /// <summary>A path that does not exist is not an error: another whiteout of this layer may have removed it already.</summary>
    private void Erase(List<ByteString> path, int whiteout)
    {
        if (whiteout < path.Count - 1)
        {
            throw new IntegrityException($"'{path[whiteout].Shown()}' is a whiteout, not a directory");
        }

        if (WhiteoutName.IsOpaque(path[^1]))
        {
            if (tree.FindParent(path) is { } directory)
            {
                _lower.Clear(directory);
            }

            return;
        }

        path[^1] = WhiteoutName.Target(path[^1]);
        if (tree.Find(path) is { } node)
        {
            _lower.Remove(node);
        }
    }

    private Inode Inode(int index)
    {
        var entry = _entries[index];
        if (entry.Type == TarEntryType.SymbolicLink && PathLimits.TargetProblem(entry.LinkName, limits) is { } problem)
        {
            throw new IntegrityException(problem);
        }

        if (entry.Type == TarEntryType.RegularFile)
        {
            CountSize(entry.Size);
        }

        return EntryInode.Create(entry, layer.Archive, layer.Index.ContentSha256(index));
    }

    private void CountSize(long size)
    {
        if (size < 0 || size > limits.MaxArchiveSize - _size)
        {
            throw new IntegrityException(
                $"with its {size} bytes the layer's files have more than {limits.MaxArchiveSize} bytes, holes included (limit MaxArchiveSize)");
        }

        _size += size;
    }
}
