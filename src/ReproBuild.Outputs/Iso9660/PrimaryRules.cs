using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>The primary hierarchy: short names, and Rock Ridge for what Linux knows of a file.</summary>
internal sealed class PrimaryRules : IHierarchyRules
{
    private readonly Dictionary<FileTreeEntry, uint> _serialNumbers = [];
    private readonly Dictionary<FileTreeEntry, int> _directoryLinks = [];
    private readonly ContinuationArea _area;

    /// <param name="tree">The tree, whose order gives the serial numbers.</param>
    /// <param name="area">Where long entries go.</param>
    public PrimaryRules(FileTree tree, ContinuationArea area)
    {
        _area = area;
        _serialNumbers.Add(tree.Root, 1);
        foreach (var entry in tree.Entries)
        {
            _serialNumbers.Add(entry, entry.HardLinkTarget is { } first ? _serialNumbers[first] : (uint)_serialNumbers.Count + 1);
        }
    }

    public List<NamedEntry> Name(FileTreeEntry directory) => PrimaryNames.Of(directory);

    public SystemUse Describe(NamedEntry named)
    {
        var inode = named.Entry.Inode;
        List<byte[]> entries = [.. Attributes(named.Entry)];
        if (inode.Type is FileType.CharacterDevice or FileType.BlockDevice)
        {
            entries.Add(SystemUseEntry.DeviceNumber(inode));
        }

        entries.AddRange(SystemUseEntry.AlternateName(named.Entry.Name));
        if (inode.Type == FileType.SymbolicLink)
        {
            entries.AddRange(SymbolicLinkEntries.Encode(inode.LinkTarget));
        }

        return SystemUse.Place(entries, named.Identifier.Length, _area);
    }

    public SystemUse DescribeDots(FileTreeEntry directory, bool isVolumeRoot)
    {
        List<byte[]> entries = isVolumeRoot
            ? [SystemUseEntry.Indicator(), .. Attributes(directory), SystemUseEntry.ExtensionsReference()]
            : [.. Attributes(directory)];
        return SystemUse.Place(entries, identifierLength: 1, _area);
    }

    private IEnumerable<byte[]> Attributes(FileTreeEntry entry)
    {
        var inode = entry.Inode;
        var mode = PosixMode.Of(inode);
        yield return SystemUseEntry.PosixAttributes(mode, (uint)Links(entry), inode, _serialNumbers[entry]);
        yield return SystemUseEntry.TimeStamp(inode.ModificationTime);
    }

    /// <summary>A directory is named by its parent, by itself and by its subdirectories; counted once, for each of them tells it.</summary>
    private int Links(FileTreeEntry entry)
    {
        if (!entry.Inode.IsDirectory)
        {
            return entry.LinkCount;
        }

        if (!_directoryLinks.TryGetValue(entry, out var links))
        {
            links = 2 + entry.Children.Count(static c => c.Inode.IsDirectory);
            _directoryLinks.Add(entry, links);
        }

        return links;
    }
}
