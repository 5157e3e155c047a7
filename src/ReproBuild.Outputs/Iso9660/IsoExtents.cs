using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Iso9660.IsoConstants;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>Hands out sectors of the volume, one run after the other.</summary>
internal sealed class SectorAllocator
{
    /// <summary>The sectors handed out so far.</summary>
    public uint Count { get; private set; }

    /// <summary>The first sector of a run that holds so many bytes.</summary>
    /// <exception cref="OutputFormatException">The volume is full.</exception>
    public uint Allocate(long bytes)
    {
        var first = Count;
        var end = first + IsoConstants.SectorsOf(bytes);
        if (end > uint.MaxValue)
        {
            throw new OutputFormatException(
                $"the volume would have {end} sectors of {IsoConstants.SectorSize} bytes, and ISO 9660 counts them in 32 bits. " +
                "Make the files smaller.");
        }

        Count = (uint)end;
        return first;
    }
}

/// <summary>Where the contents of files lie: one run of sectors each, in the order of the tree, shared by the names of an inode.</summary>
internal sealed class IsoExtents : IExtents
{
    private readonly Dictionary<FileContent, uint> _sectors = new(ReferenceEqualityComparer.Instance);
    private readonly List<FileContent> _contents = [];

    private IsoExtents()
    {
    }

    public IReadOnlyDictionary<FileContent, uint> Sectors => _sectors;

    /// <summary>The contents in the order of their sectors.</summary>
    public IReadOnlyList<FileContent> Contents => _contents;

    public static IsoExtents Allocate(FileTree tree, SectorAllocator allocator)
    {
        var extents = new IsoExtents();
        foreach (var content in tree.Entries.Select(static e => e.Inode.Content).Where(static c => c.Length > 0))
        {
            if (!extents._sectors.ContainsKey(content))
            {
                extents._sectors.Add(content, allocator.Allocate(content.Length));
                extents._contents.Add(content);
            }
        }

        return extents;
    }

    public RecordedExtent Of(IsoRecord record, int section)
    {
        if (record.Directory is { } directory)
        {
            return new RecordedExtent(directory.Sector, (uint)directory.Size, FlagDirectory);
        }

        var content = record.Entry.Inode.Content;
        if (content.Length == 0)
        {
            return default;
        }

        var offset = section * MaxSectionSize;
        var isLast = section == record.SectionCount - 1;
        return new RecordedExtent(
            _sectors[content] + (uint)(offset / SectorSize),
            (uint)Math.Min(MaxSectionSize, content.Length - offset),
            isLast ? (byte)0 : FlagMultiExtent);
    }
}
