using static ReproBuild.Outputs.Fat.FatConstants;

namespace ReproBuild.Outputs.Fat;

/// <summary>Where the parts of a volume lie, in sectors of 512 bytes.</summary>
internal sealed record FatGeometry
{
    public required FatType Type { get; init; }

    public required int SectorsPerCluster { get; init; }

    public required long TotalSectors { get; init; }

    public required int ReservedSectorCount { get; init; }

    /// <summary>The length of one of the two tables.</summary>
    public required long SectorsPerFat { get; init; }

    /// <summary>Entries of the fixed root directory; 0 on FAT32, whose root is a chain of clusters.</summary>
    public required int RootEntries { get; init; }

    public long RootSector => ReservedSectorCount + (FatCount * SectorsPerFat);

    public long FirstDataSector => RootSector + RootSectors(RootEntries);

    public long ClusterCount => (TotalSectors - FirstDataSector) / SectorsPerCluster;

    public int ClusterSize => SectorsPerCluster * SectorSize;

    /// <summary>Chooses the type and the cluster size for a volume.</summary>
    /// <param name="totalSectors">The size of the volume.</param>
    /// <param name="rootEntries">Entries that the root directory needs.</param>
    /// <returns>Null when the volume is too small for any.</returns>
    public static FatGeometry? Choose(long totalSectors, int rootEntries)
    {
        foreach (var (type, sectorsPerCluster) in Candidates(totalSectors))
        {
            if (Create(type, sectorsPerCluster, totalSectors, rootEntries) is { } geometry && geometry.IsClearOfCutOffs)
            {
                return geometry;
            }
        }

        return null;
    }

    private bool IsClearOfCutOffs => Type switch
    {
        FatType.Fat12 => ClusterCount is >= 1 and <= MaxClustersFat12 - CutOffMargin,
        FatType.Fat16 => ClusterCount is > MaxClustersFat12 + CutOffMargin and <= MaxClustersFat16 - CutOffMargin,
        _ => ClusterCount is > MaxClustersFat16 + CutOffMargin and <= MaxClustersFat32,
    };

    /// <summary>FAT32 as soon as there are clusters enough, since UEFI asks for it on fixed disks; then ever larger clusters.</summary>
    private static IEnumerable<(FatType Type, int SectorsPerCluster)> Candidates(long totalSectors)
    {
        const long SectorsPerMiB = 2048;
        var largest = totalSectors switch
        {
            < 260 * SectorsPerMiB => 1,
            < 8192 * SectorsPerMiB => 8,
            < 16384 * SectorsPerMiB => 16,
            < 32768 * SectorsPerMiB => 32,
            _ => 64,
        };
        yield return (FatType.Fat32, largest);
        yield return (FatType.Fat16, 2);
        yield return (FatType.Fat16, 1);
        yield return (FatType.Fat12, 4);
        yield return (FatType.Fat12, 1);
    }

    private static FatGeometry? Create(FatType type, int sectorsPerCluster, long totalSectors, int rootEntries)
    {
        var isFat32 = type == FatType.Fat32;
        var reserved = isFat32 ? ReservedSectorsFat32 : ReservedSectors;
        var fixedEntries = isFat32 ? 0 : Math.Max(MinRootEntries, RoundUp(rootEntries, SectorSize / DirectoryEntrySize));
        var available = totalSectors - reserved - RootSectors(fixedEntries);
        if (available <= 0 || fixedEntries > ushort.MaxValue)
        {
            return null;
        }

        // Every cluster needs its own sectors and Type bits in each table, after two reserved entries.
        var mostClusters = available / sectorsPerCluster;
        var sectorsPerFat = DivideUp(DivideUp((mostClusters + FirstCluster) * (int)type, 8), SectorSize);
        return available - (FatCount * sectorsPerFat) < sectorsPerCluster ? null : new FatGeometry
        {
            Type = type,
            SectorsPerCluster = sectorsPerCluster,
            TotalSectors = totalSectors,
            ReservedSectorCount = reserved,
            SectorsPerFat = sectorsPerFat,
            RootEntries = fixedEntries,
        };
    }

    private static long RootSectors(int entries) => DivideUp((long)entries * DirectoryEntrySize, SectorSize);

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    private static long DivideUp(long value, long by) => (value + by - 1) / by;
}
