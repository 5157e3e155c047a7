using static ReproBuild.Outputs.Fat.FatConstants;

namespace ReproBuild.Outputs.Fat;

/// <summary>Where the parts of a volume lie, in sectors of 512 bytes.</summary>
internal sealed record FatGeometry
{
    public required FatKind Kind { get; init; }

    public required long TotalSectors { get; init; }

    public required int ReservedSectorCount { get; init; }

    /// <summary>The length of one of the two tables.</summary>
    public required long SectorsPerFat { get; init; }

    /// <summary>Entries of the fixed root directory; 0 on FAT32, whose root is a chain of clusters.</summary>
    public required int RootEntries { get; init; }

    public FatType Type => Kind.Type;

    public int SectorsPerCluster => Kind.SectorsPerCluster;

    public long RootSector => ReservedSectorCount + (FatCount * SectorsPerFat);

    public long FirstDataSector => RootSector + RootSectors(RootEntries);

    public long ClusterCount => (TotalSectors - FirstDataSector) / SectorsPerCluster;

    public int ClusterSize => SectorsPerCluster * SectorSize;

    /// <summary>The geometries of a volume of that size, the preferred one first.</summary>
    /// <remarks>
    /// Only the size decides the type: FAT32 as soon as there are clusters enough, since UEFI asks for it on fixed disks. Smaller clusters than
    /// those preferred hold more small files.
    /// </remarks>
    /// <param name="totalSectors">The size of the volume.</param>
    /// <param name="rootEntries">Entries that the root directory needs.</param>
    /// <returns>None when the volume is too small for any.</returns>
    public static IReadOnlyList<FatGeometry> Of(long totalSectors, int rootEntries)
    {
        foreach (var kinds in FatKind.All.GroupBy(static k => k.Type))
        {
            var geometries = kinds
                .Select(kind => TryCreate(kind, totalSectors, rootEntries)).OfType<FatGeometry>()
                .Where(static g => g.ClusterCount >= g.Kind.MinClusters && g.ClusterCount <= g.Kind.MaxClusters).ToArray();
            if (geometries.Length > 0)
            {
                return geometries;
            }
        }

        return [];
    }

    /// <summary>The volume of a kind, or null when it has no room for a cluster or its clusters are larger than wanted for the size.</summary>
    /// <remarks>
    /// From one multiple of 1 MiB to the next the count of clusters only grows. The count may be too small or too large for the type.
    /// </remarks>
    public static FatGeometry? TryCreate(FatKind kind, long totalSectors, int rootEntries)
    {
        var isFat32 = kind.Type == FatType.Fat32;
        var reserved = isFat32 ? ReservedSectorsFat32 : ReservedSectors;
        var fixedEntries = isFat32 ? 0 : Math.Max(MinRootEntries, RoundUp(rootEntries, SectorSize / DirectoryEntrySize));
        var available = totalSectors - reserved - RootSectors(fixedEntries);
        if (available <= 0 || fixedEntries > ushort.MaxValue || !kind.IsFor(totalSectors))
        {
            return null;
        }

        // Every cluster needs its own sectors and Type bits in each table, after two reserved entries.
        var mostClusters = available / kind.SectorsPerCluster;
        var sectorsPerFat = DivideUp(DivideUp((mostClusters + FirstCluster) * (int)kind.Type, 8), SectorSize);
        return available - (FatCount * sectorsPerFat) < kind.SectorsPerCluster ? null : new FatGeometry
        {
            Kind = kind,
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
