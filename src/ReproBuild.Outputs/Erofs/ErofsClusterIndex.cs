using System.Buffers.Binary;
using static ReproBuild.Outputs.Erofs.ErofsConstants;

namespace ReproBuild.Outputs.Erofs;

/// <summary>
/// What follows the inode of a compressed file: z_erofs_map_header, and z_erofs_lcluster_index for each block of the file's own data.
/// </summary>
/// <remarks>
/// Such a block is a logical cluster. Its entry says which extent begins in it and where; no two extents begin in one. Where none begins, it
/// says how far the nearest are, in logical clusters.
/// </remarks>
internal static class ErofsClusterIndex
{
    /// <summary>The header, and as many reserved bytes.</summary>
    private const int HeaderSize = 16;

    private const int EntrySize = 8;

    private enum ClusterType : ushort
    {
        /// <summary>An extent begins that is stored as it is.</summary>
        Plain = 0,

        /// <summary>A compressed extent begins.</summary>
        Head = 1,

        /// <summary>No extent begins.</summary>
        NonHead = 2,
    }

    /// <summary>The size for a file of a size, both in bytes; it begins at a multiple of eight bytes.</summary>
    public static long Measure(long size) => HeaderSize + (EntrySize * Count(size));

    /// <summary>Encodes into the end of an area; what is before is padding. The header stays zero: LZ4, and logical clusters of one block.</summary>
    /// <param name="area">Ends where the index does.</param>
    /// <param name="file">The file.</param>
    /// <param name="block">The address of its first block.</param>
    public static void Encode(Span<byte> area, ErofsCompressedFile file, uint block)
    {
        area.Clear();
        var entries = area[^(int)(EntrySize * Count(file.Size))..];
        long start = 0;
        foreach (var extent in file.Extents)
        {
            var end = start + extent.Length;
            WriteHead(entries, start, extent.IsPlain ? ClusterType.Plain : ClusterType.Head, block++);
            WriteNonHeads(entries, (int)(start / BlockSize), (int)(end / BlockSize));
            start = end;
        }

        if (start % BlockSize != 0 && start / BlockSize > (start - file.Extents[^1].Length) / BlockSize)
        {
            // Where the file ends in a cluster of its own, an entry without a block says so: the last extent reaches no further.
            WriteHead(entries, start, ClusterType.Plain, 0);
        }
    }

    private static long Count(long size) => (size + BlockSize - 1) / BlockSize;

    private static void WriteHead(Span<byte> entries, long start, ClusterType type, uint block)
    {
        var entry = entries.Slice((int)(start / BlockSize) * EntrySize, EntrySize);
        BinaryPrimitives.WriteUInt16LittleEndian(entry, (ushort)type);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], (ushort)(start % BlockSize));
        BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], block);
    }

    /// <summary>Fills the clusters between two heads. A segment is short enough for the eleven bits of a distance.</summary>
    private static void WriteNonHeads(Span<byte> entries, int head, int next)
    {
        for (var cluster = head + 1; cluster < next; cluster++)
        {
            var entry = entries.Slice(cluster * EntrySize, EntrySize);
            BinaryPrimitives.WriteUInt16LittleEndian(entry, (ushort)ClusterType.NonHead);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[4..], (ushort)(cluster - head));
            BinaryPrimitives.WriteUInt16LittleEndian(entry[6..], (ushort)(next - cluster));
        }
    }
}
