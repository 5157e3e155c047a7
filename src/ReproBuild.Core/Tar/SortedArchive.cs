using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tar;

/// <summary>The entries of an archive by path, with hard links resolved. Contents are not kept, only their offsets.</summary>
internal sealed class SortedArchive
{
    private static readonly Comparer<ByteString> ByComponents = Comparer<ByteString>.Create(static (a, b) => TreePath.Compare(a.Span, b.Span));

    // What a hard link finds, whether or not the filter keeps it.
    private readonly Dictionary<ByteString, StoredInode> _targets = [];
    private readonly SortedDictionary<ByteString, Name> _names = new(ByComponents);

    /// <summary>Adds the next canonical entry of the archive.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="kept">Whether it is to be written.</param>
    /// <param name="contentOffset">The offset of its content.</param>
    public void Add(TarEntry entry, bool kept, long contentOffset)
    {
        var path = CanonicalName.PathOf(entry.Name);
        var inode = entry.Type == TarEntryType.HardLink
            ? _targets.GetValueOrDefault(entry.LinkName)
            : new StoredInode(entry, contentOffset);
        if (inode is not null)
        {
            _targets[path] = inode;
        }

        if (kept)
        {
            _names[path] = new Name(entry, inode);
        }
    }

    /// <summary>The entries in order, each with the offset of its content.</summary>
    public IEnumerable<(TarEntry Entry, long ContentOffset)> Entries()
    {
        var firstNames = new Dictionary<StoredInode, ByteString>(ReferenceEqualityComparer.Instance);
        foreach (var (path, name) in _names)
        {
            if (name.Inode is not { } inode)
            {
                // The target is not in this archive: a layer may link to a file of the layer below.
                yield return (name.Entry, 0);
            }
            else if (firstNames.TryAdd(inode, path))
            {
                yield return (inode.Named(path, name.Entry), inode.ContentOffset);
            }
            else
            {
                yield return (inode.LinkedTo(firstNames[inode], path, name.Entry), 0);
            }
        }
    }

    /// <summary>A path that is written: its last entry, and the file that this named.</summary>
    private sealed record Name(TarEntry Entry, StoredInode? Inode);

    /// <summary>The file that one or more names stand for.</summary>
    private sealed class StoredInode(TarEntry entry, long contentOffset)
    {
        public long ContentOffset => contentOffset;

        /// <summary>The entry under its first name. PAX records stay with the names: they say where a name came from.</summary>
        public TarEntry Named(ByteString path, TarEntry own) =>
            entry with { Name = CanonicalName.Of(path, entry.Type), PaxRecords = own.PaxRecords };

        public TarEntry LinkedTo(ByteString target, ByteString path, TarEntry own) => entry with
        {
            Type = TarEntryType.HardLink,
            Name = path,
            LinkName = target,
            Size = 0,
            DeviceMajor = 0,
            DeviceMinor = 0,
            ExtendedAttributes = [],
            PaxRecords = own.PaxRecords,
        };
    }
}
