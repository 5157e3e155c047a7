using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Iso9660.IsoConstants;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>A directory of one of the two hierarchies.</summary>
internal sealed class IsoDirectory
{
    /// <summary>Measured at first use, when every record is there.</summary>
    private long? _size;

    /// <param name="entry">The directory of the tree.</param>
    /// <param name="parent">The directory that holds it; null for the root, which is its own parent.</param>
    /// <param name="identifier">Its identifier in the path table.</param>
    public IsoDirectory(FileTreeEntry entry, IsoDirectory? parent, byte[] identifier) =>
        (Entry, Parent, Identifier) = (entry, parent ?? this, identifier);

    public FileTreeEntry Entry { get; }

    public IsoDirectory Parent { get; }

    public byte[] Identifier { get; }

    /// <summary>Its place in the path table, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The records of the directory itself, of its parent, and of its entries, in order.</summary>
    public List<IsoRecord> Records { get; } = [];

    /// <summary>Its first sector.</summary>
    public uint Sector { get; set; }

    /// <summary>Its length in bytes: whole sectors.</summary>
    public long Size => _size ??= SectorsOf(Place(static (_, _, _) => { })) * SectorSize;

    /// <summary>Writes the records.</summary>
    public byte[] Encode(IExtents extents, uint continuationSector)
    {
        var bytes = new byte[Size];
        Place((record, section, offset) =>
        {
            var at = bytes.AsSpan((int)offset, record.Size);
            DirectoryRecord.Write(at, record.Identifier, extents.Of(record, section), record.Entry.Inode.ModificationTime);
            record.SystemUse.Write(at[DirectoryRecord.SystemUseOffset(record.Identifier.Length)..], continuationSector);
        });
        return bytes;
    }

    /// <summary>Visits each record with its place; none crosses a sector (ECMA-119, section 6.8.1.1).</summary>
    /// <returns>Where the last record ends.</returns>
    private long Place(Action<IsoRecord, int, long> visit)
    {
        long offset = 0;
        foreach (var record in Records)
        {
            for (var section = 0; section < record.SectionCount; section++)
            {
                if (SectorSize - (offset % SectorSize) is var room && room < record.Size)
                {
                    offset += room;
                }

                visit(record, section, offset);
                offset += record.Size;
            }
        }

        return offset;
    }
}

/// <summary>A record of a directory.</summary>
/// <param name="Entry">What it names.</param>
/// <param name="Directory">The directory that it names; null for every other type.</param>
/// <param name="Identifier">The identifier.</param>
/// <param name="SystemUse">The system use field.</param>
internal sealed record IsoRecord(FileTreeEntry Entry, IsoDirectory? Directory, byte[] Identifier, SystemUse SystemUse)
{
    public int Size { get; } = DirectoryRecord.Size(Identifier.Length, SystemUse.Length);

    /// <summary>How many records the file takes: one for each 4 GiB less 2 KiB, one at least.</summary>
    public int SectionCount => (int)Math.Max(1, (Entry.Inode.Content.Length + MaxSectionSize - 1) / MaxSectionSize);
}

/// <summary>Tells where what a record names lies.</summary>
internal interface IExtents
{
    /// <param name="record">The record.</param>
    /// <param name="section">Which part of a large file, from 0.</param>
    RecordedExtent Of(IsoRecord record, int section);
}
