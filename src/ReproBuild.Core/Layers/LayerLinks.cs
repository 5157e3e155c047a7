using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;

namespace ReproBuild.Core.Layers;

/// <summary>What the hard links of a layer point at: a file of this layer, before or after them, or one of the layers below.</summary>
/// <remarks>AUFS keeps files with several names once, in <c>.wh..wh.plnk</c>; the names are hard links to there.</remarks>
internal sealed class LayerLinks(LayeredTree tree, ImmutableArray<TarEntry> entries, InputLimits limits)
{
    private const int None = -1;

    // The last entry of each path that a hard link names.
    private readonly Dictionary<ByteString, int> _targets = [];

    // The files that the layers below have at those paths.
    private readonly Dictionary<ByteString, Inode> _lower = [];

    // The inodes of those entries, the same for their own name and for every hard link.
    private readonly Dictionary<int, Inode> _inodes = [];

    // What the hard links find that were asked for.
    private readonly Dictionary<int, Inode?> _known = [];

    public bool IsEmpty => _targets.Count == 0;

    /// <summary>Notes what a hard link names, before anything of the layer is applied.</summary>
    public void AddTarget(TarEntry link)
    {
        var path = EntryPath.Parse(link.LinkName, limits);
        var target = TreePath.Join(path);
        if (_targets.TryAdd(target, None) && !tree.LeadsThroughLink(path) && tree.Find(path)?.Inode is { IsDirectory: false } inode)
        {
            _lower.Add(target, inode);
        }
    }

    /// <summary>Notes an entry if it is what a hard link names; called in the archive's order.</summary>
    public void Note(int index, List<ByteString> path)
    {
        var entry = entries[index];
        var isFile = !path.Exists(WhiteoutName.IsWhiteout) || (path.Exists(WhiteoutName.IsMetadata) && entry.Type == TarEntryType.RegularFile);
        var name = TreePath.Join(path);
        var isLinkToItself = entry.Type == TarEntryType.HardLink && TargetOf(entry) == name;
        if (isFile && !isLinkToItself && _targets.ContainsKey(name))
        {
            _targets[name] = index;
        }
    }

    /// <summary>The inode of an entry that is no hard link.</summary>
    public Inode InodeOf(int index, Func<int, Inode> create)
    {
        if (IsEmpty)
        {
            return create(index);
        }

        if (!_inodes.TryGetValue(index, out var inode))
        {
            inode = create(index);
            if (_targets.ContainsKey(TreePath.Join(EntryPath.Parse(entries[index].Name, limits))))
            {
                _inodes.Add(index, inode);
            }
        }

        return inode;
    }

    /// <summary>The target of a hard link by its path, whatever has been applied; null when only the finished tree can tell.</summary>
    /// <exception cref="IntegrityException">The target is a directory, or hard links point at each other.</exception>
    public Inode? FindKnown(int link, Func<int, Inode> create)
    {
        // A link to a link to a link: what the last one finds is what each of them finds, so that no chain is walked twice.
        var chain = new List<int>();
        Inode? inode;
        for (var index = link; !_known.TryGetValue(index, out inode); index = _targets[TargetOf(entries[index])])
        {
            if (chain.Count > entries.Length)
            {
                throw new IntegrityException($"the hard link to '{entries[link].LinkName.Shown()}' leads back to itself");
            }

            chain.Add(index);
            if (FindDirectly(entries[index], create, out inode))
            {
                break;
            }
        }

        chain.ForEach(index => _known[index] = inode);
        return inode;
    }

    /// <summary>What a hard link finds without another hard link on the way.</summary>
    /// <returns>False when there is another.</returns>
    private bool FindDirectly(TarEntry link, Func<int, Inode> create, out Inode? inode)
    {
        var target = TargetOf(link);
        var index = _targets[target];
        inode = index == None ? _lower.GetValueOrDefault(target)
            : entries[index].Type == TarEntryType.HardLink ? null
            : entries[index].Type == TarEntryType.Directory ? throw IsDirectory(link)
            : InodeOf(index, create);
        return index == None || entries[index].Type != TarEntryType.HardLink;
    }

    /// <summary>The target of a hard link in the tree, once everything else has its place.</summary>
    /// <exception cref="IntegrityException">There is none, or it is a directory.</exception>
    public Inode FindInTree(TarEntry link) => tree.Find(EntryPath.Parse(link.LinkName, limits))?.Inode switch
    {
        null => throw new IntegrityException($"the target '{link.LinkName.Shown()}' of the hard link is neither in this layer nor below"),
        { IsDirectory: true } => throw IsDirectory(link),
        var inode => inode,
    };

    private ByteString TargetOf(TarEntry link) => TreePath.Join(EntryPath.Parse(link.LinkName, limits));

    private static IntegrityException IsDirectory(TarEntry link) => new($"the target '{link.LinkName.Shown()}' of the hard link is a directory");
}
