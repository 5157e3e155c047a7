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
