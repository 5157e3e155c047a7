using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;

namespace ReproBuild.Core.Layers;

/// <summary>One layer while it is applied to the tree of those below it.</summary>
internal sealed class LayerApplication(LayeredTree tree, Layer layer, InputLimits limits)
{
    private readonly LowerLayers _lower = new();

    // AUFS stores files with several names once, in .wh..wh.plnk; the names are hard links to the file there.
    private readonly Dictionary<ByteString, Inode> _hidden = [];

    private long _size;

    public void Run()
    {
        var entries = layer.Index.Entries;
        if (entries.Length > limits.MaxArchiveEntries)
        {
            throw new IntegrityException(
                $"Layer {layer.DiffId} has {entries.Length} entries, more than {limits.MaxArchiveEntries} (limit MaxArchiveEntries).");
        }

        foreach (var entry in entries)
        {
            try
            {
                Apply(entry, EntryPath.Parse(entry.Name, limits));
            }
            catch (IntegrityException e)
            {
                throw new IntegrityException($"Layer {layer.DiffId}: the entry '{entry.Name}' cannot be applied: {e.Message}.", e);
            }
        }
    }

    private void Apply(TarEntry entry, List<ByteString> path)
    {
        if (path.Count == 0)
        {
            ApplyRoot(entry);
        }
        else if (path.Exists(WhiteoutName.IsMetadata))
        {
            Hide(entry, path);
        }
        else if (path.FindIndex(WhiteoutName.IsWhiteout) is >= 0 and var whiteout)
        {
            Erase(path, whiteout);
        }
        else if (entry.Type == TarEntryType.HardLink)
        {
            _lower.Protect(tree.Put(path, LinkTarget(entry)));
        }
        else
        {
            _lower.Protect(tree.Put(path, Inode(entry)));
        }
    }

    private void ApplyRoot(TarEntry entry)
    {
        if (entry.Type != TarEntryType.Directory)
        {
            throw new IntegrityException("it would replace the root, which must be a directory");
        }

        tree.Root.Inode = Inode(entry);
        _lower.Protect(tree.Root);
    }

    private void Hide(TarEntry entry, List<ByteString> path)
    {
        if (entry.Type == TarEntryType.RegularFile)
        {
            _hidden[TreePath.Join(path)] = Inode(entry);
        }
    }

    /// <summary>A path that does not exist is not an error: another whiteout of this layer may have removed it already.</summary>
    private void Erase(List<ByteString> path, int whiteout)
    {
        if (whiteout < path.Count - 1)
        {
            throw new IntegrityException($"'{path[whiteout]}' is a whiteout, not a directory");
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

    private Inode LinkTarget(TarEntry entry)
    {
        var target = EntryPath.Parse(entry.LinkName, limits);
        var inode = _hidden.TryGetValue(TreePath.Join(target), out var hidden) ? hidden : tree.Find(target)?.Inode;
        return inode switch
        {
            null => throw new IntegrityException($"the target '{entry.LinkName}' of the hard link is neither in this layer before it nor below"),
            { IsDirectory: true } => throw new IntegrityException($"the target '{entry.LinkName}' of the hard link is a directory"),
            _ => inode,
        };
    }

    private Inode Inode(TarEntry entry)
    {
        if (entry.Type == TarEntryType.SymbolicLink && entry.LinkName.Length > limits.MaxPathLength)
        {
            throw new IntegrityException(
                $"the link target has {entry.LinkName.Length} bytes, more than {limits.MaxPathLength} (limit MaxPathLength)");
        }

        if (entry.Type == TarEntryType.RegularFile)
        {
            CountSize(entry.Size);
        }

        return EntryInode.Create(entry, layer.Archive);
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
