using System.Buffers.Binary;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.VirtualDisks;

/// <summary>Where the parts of a qcow2 image lie.</summary>
internal sealed class Qcow2Layout
{
    public const int ClusterBits = 16;
    public const int ClusterSize = 1 << ClusterBits;

    /// <summary>Entries of 8 bytes in a second-level table, which is one cluster.</summary>
    public const int SecondLevelEntries = ClusterSize / 8;

    /// <summary>Counts of 16 bits in a reference count block, which is one cluster.</summary>
    public const int ReferencesPerBlock = ClusterSize / 2;

    private Qcow2Layout(FileContent disk, List<BlockRun> runs)
    {
        DiskSize = disk.Length;
        Runs = runs;
        FirstLevelEntries = DivideUp(DivideUp(disk.Length, ClusterSize), SecondLevelEntries);
        SecondLevelTables = [.. runs.SelectMany(TablesOf).Distinct()];
        var dataClusters = runs.Sum(static r => r.Count);
        var fixedClusters = 1 + DivideUp(FirstLevelEntries * 8, ClusterSize) + SecondLevelTables.Count + dataClusters;
        for (ReferenceBlockCount = 1; ; ReferenceBlockCount++)
        {
            ReferenceTableClusters = DivideUp(ReferenceBlockCount * 8, ClusterSize);
            ClusterCount = fixedClusters + ReferenceTableClusters + ReferenceBlockCount;
            if (ClusterCount <= ReferenceBlockCount * ReferencesPerBlock)
            {
                break;
            }
        }
    }

    public long DiskSize { get; }

    /// <summary>The runs of clusters that hold data.</summary>
    public IReadOnlyList<BlockRun> Runs { get; }

    public long FirstLevelEntries { get; }

    /// <summary>The numbers of the second-level tables that exist, ascending.</summary>
    public IReadOnlyList<long> SecondLevelTables { get; }

    public long ReferenceBlockCount { get; }

    public long ReferenceTableClusters { get; }

    /// <summary>How many clusters the image has.</summary>
    public long ClusterCount { get; }

    public static long ReferenceTableOffset => ClusterSize;

    public long ReferenceBlocksOffset => ReferenceTableOffset + (ReferenceTableClusters * ClusterSize);

    public long FirstLevelOffset => ReferenceBlocksOffset + (ReferenceBlockCount * ClusterSize);

    public long SecondLevelOffset => FirstLevelOffset + (DivideUp(FirstLevelEntries * 8, ClusterSize) * ClusterSize);

    public long DataOffset => SecondLevelOffset + (SecondLevelTables.Count * (long)ClusterSize);

    public static Qcow2Layout Measure(FileContent disk) => new(disk, SparseBlocks.Find(disk, ClusterSize));

    private static IEnumerable<long> TablesOf(BlockRun run)
    {
        for (var table = run.First / SecondLevelEntries; table <= (run.End - 1) / SecondLevelEntries; table++)
        {
            yield return table;
        }
    }

    private static long DivideUp(long value, long by) => (value + by - 1) / by;
}

/// <summary>The tables of a qcow2 image; all numbers are big-endian.</summary>
internal static class Qcow2Structures
{
    private const int HeaderLength = 104;
    private const int ReferenceCountOrder = 4;

    /// <summary>QCOW_OFLAG_COPIED: the cluster's reference count is exactly one.</summary>
    private const ulong Copied = 1UL << 63;

    public static byte[] Header(Qcow2Layout layout)
    {
        // The zeros after the header end its list of extensions.
        var header = new byte[HeaderLength + 8];
        "QFI"u8.CopyTo(header);
        header[3] = 0xfb;
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), 3);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(20), Qcow2Layout.ClusterBits);
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(24), layout.DiskSize);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(36), (uint)layout.FirstLevelEntries);
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(40), layout.FirstLevelOffset);
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(48), Qcow2Layout.ReferenceTableOffset);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(56), (uint)layout.ReferenceTableClusters);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(96), ReferenceCountOrder);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(100), HeaderLength);
        return header;
    }

    public static byte[] ReferenceTable(Qcow2Layout layout)
    {
        var table = new byte[layout.ReferenceBlockCount * 8];
        for (var i = 0; i < layout.ReferenceBlockCount; i++)
        {
            BinaryPrimitives.WriteInt64BigEndian(table.AsSpan(i * 8), layout.ReferenceBlocksOffset + ((long)i * Qcow2Layout.ClusterSize));
        }

        return table;
    }

    /// <summary>Every cluster of the image is referred to once.</summary>
    public static byte[] ReferenceBlocks(Qcow2Layout layout)
    {
        var counts = new byte[layout.ClusterCount * 2];
        for (var i = 1; i < counts.Length; i += 2)
        {
            counts[i] = 1;
        }

        return counts;
    }

    public static byte[] FirstLevelTable(Qcow2Layout layout)
    {
        var table = new byte[layout.FirstLevelEntries * 8];
        for (var i = 0; i < layout.SecondLevelTables.Count; i++)
        {
            var entry = (ulong)(layout.SecondLevelOffset + ((long)i * Qcow2Layout.ClusterSize)) | Copied;
            BinaryPrimitives.WriteUInt64BigEndian(table.AsSpan((int)layout.SecondLevelTables[i] * 8), entry);
        }

        return table;
    }

    /// <summary>The tables that exist, one after the other; data clusters follow one another too.</summary>
    public static byte[] SecondLevelTables(Qcow2Layout layout)
    {
        var tables = new byte[layout.SecondLevelTables.Count * (long)Qcow2Layout.ClusterSize];
        var position = layout.DataOffset;
        var index = 0;
        foreach (var run in layout.Runs)
        {
            for (var cluster = run.First; cluster < run.End; cluster++)
            {
                while (layout.SecondLevelTables[index] != cluster / Qcow2Layout.SecondLevelEntries)
                {
                    index++;
                }

                var entry = ((long)index * Qcow2Layout.SecondLevelEntries) + (cluster % Qcow2Layout.SecondLevelEntries);
                BinaryPrimitives.WriteUInt64BigEndian(tables.AsSpan((int)(entry * 8)), (ulong)position | Copied);
                position += Qcow2Layout.ClusterSize;
            }
        }

        return tables;
    }
}
