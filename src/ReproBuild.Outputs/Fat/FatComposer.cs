using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Fat.FatConstants;

namespace ReproBuild.Outputs.Fat;

/// <summary>Composes a volume: directories and files in the order of the tree, each in one run of clusters.</summary>
internal sealed class FatComposer(
    FileTree tree, FatOptions options, FatGeometry geometry, IReadOnlyDictionary<FileTreeEntry, FatDirectory> directories)
{
    private readonly FatTable _table = new(geometry.Type);
    private readonly Dictionary<FileTreeEntry, uint> _clusters = [];
    private readonly Dictionary<ByteString, long> _offsets = [];

    private bool IsFat32 => geometry.Type == FatType.Fat32;

    public static long Clusters(long length, FatGeometry geometry, int atLeast) =>
        Math.Max(atLeast, (length + geometry.ClusterSize - 1) / geometry.ClusterSize);

    public FatVolume Compose(CancellationToken cancellationToken)
    {
        Allocate(cancellationToken);
        var volume = new FileContentBuilder();
        AppendReserved(volume);
        var table = _table.ToBytes(cancellationToken);
        for (var copy = 1; copy <= FatCount; copy++)
        {
            volume.Append(table.AsMemory(0, (int)Math.Min(table.Length, geometry.SectorsPerFat * SectorSize)));
            volume.PadTo((geometry.ReservedSectorCount + (copy * geometry.SectorsPerFat)) * SectorSize);
        }

        if (!IsFat32)
        {
            volume.Append(DirectoryBytes(directories[tree.Root]));
        }

        volume.PadTo(geometry.FirstDataSector * SectorSize);
        AppendData(volume, cancellationToken);
        volume.PadTo(geometry.TotalSectors * SectorSize);
        return new FatVolume(volume.Build(), geometry.Type, _offsets);
    }

    private void Allocate(CancellationToken cancellationToken)
    {
        if (IsFat32)
        {
            _clusters[tree.Root] = _table.Allocate(Clusters((long)directories[tree.Root].EntryCount * DirectoryEntrySize, geometry, atLeast: 1));
        }

        foreach (var entry in tree.Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _clusters[entry] = _table.Allocate(entry.Inode.IsDirectory
                ? Clusters((long)directories[entry].EntryCount * DirectoryEntrySize, geometry, atLeast: 1)
                : Clusters(entry.Inode.Content.Length, geometry, atLeast: 0));
        }
    }

    private void AppendReserved(FileContentBuilder volume)
    {
        var reserved = new byte[geometry.ReservedSectorCount * SectorSize];
        FatStructures.WriteBootSector(reserved.AsSpan(0, SectorSize), geometry, options);
        if (IsFat32)
        {
            var free = geometry.ClusterCount - (_table.NextFree - FirstCluster);
            FatStructures.WriteFsInfo(reserved.AsSpan(FsInfoSector * SectorSize, SectorSize), free, free == 0 ? uint.MaxValue : _table.NextFree);
            reserved.AsSpan(0, 2 * SectorSize).CopyTo(reserved.AsSpan(BackupBootSector * SectorSize));
        }

        volume.Append(reserved);
    }

    private void AppendData(FileContentBuilder volume, CancellationToken cancellationToken)
    {
        if (IsFat32)
        {
            var root = directories[tree.Root];
            volume.Append(DirectoryBytes(root)).PadTo(ClusterOffset(_clusters[tree.Root], root.EntryCount * (long)DirectoryEntrySize));
        }

        foreach (var entry in tree.Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_clusters[entry] == 0)
            {
                continue;
            }

            if (entry.Inode.IsDirectory)
            {
                volume.Append(DirectoryBytes(directories[entry]));
            }
            else
            {
                _offsets.Add(entry.Path, volume.Length);
                volume.Append(entry.Inode.Content);
            }

            var length = entry.Inode.IsDirectory ? directories[entry].EntryCount * (long)DirectoryEntrySize : entry.Inode.Content.Length;
            volume.PadTo(ClusterOffset(_clusters[entry], length));
        }
    }

    /// <summary>Where the run that begins at a cluster ends, in bytes.</summary>
    private long ClusterOffset(uint first, long length) =>
        (geometry.FirstDataSector * SectorSize) + ((first - FirstCluster + Clusters(length, geometry, atLeast: 1)) * geometry.ClusterSize);

    private byte[] DirectoryBytes(FatDirectory directory)
    {
        var bytes = new byte[directory.EntryCount * DirectoryEntrySize];
        var rest = bytes.AsSpan();
        if (!directory.Entry.Path.IsEmpty)
        {
            WriteShort(ref rest, ".          "u8, directory.Entry, _clusters[directory.Entry]);
            WriteShort(ref rest, "..         "u8, directory.Entry, ParentCluster(directory.Entry));
        }
        else if (options.Label.Length > 0)
        {
            FatStructures.WriteLabelEntry(rest[..DirectoryEntrySize], options.Label, new FileTime(options.SourceDateEpoch));
            rest = rest[DirectoryEntrySize..];
        }

        foreach (var name in directory.Names)
        {
            for (var part = name.EntryCount - 2; part >= 0; part--)
            {
                var isLast = part == name.EntryCount - 2;
                FatStructures.WriteLongNamePart(rest[..DirectoryEntrySize], name.Long!, part, isLast, FatNames.Checksum(name.Short));
                rest = rest[DirectoryEntrySize..];
            }

            WriteShort(ref rest, name.Short, name.Entry, _clusters[name.Entry]);
        }

        return bytes;
    }

    private static void WriteShort(ref Span<byte> rest, ReadOnlySpan<byte> name, FileTreeEntry entry, uint cluster)
    {
        FatStructures.WriteEntry(
            rest[..DirectoryEntrySize], name, entry.Inode.IsDirectory, entry.Inode.ModificationTime, cluster, (uint)entry.Inode.Content.Length);
        rest = rest[DirectoryEntrySize..];
    }

    /// <summary>The parent's first cluster; 0 for the root, on FAT32 too (section 6.5).</summary>
    private uint ParentCluster(FileTreeEntry directory)
    {
        var slash = directory.Path.Span.LastIndexOf((byte)'/');
        return slash < 0 ? 0 : _clusters[tree.Find(new ByteString(directory.Path.Span[..slash]))!];
    }
}
