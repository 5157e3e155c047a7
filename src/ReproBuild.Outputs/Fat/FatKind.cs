using static ReproBuild.Outputs.Fat.FatConstants;

namespace ReproBuild.Outputs.Fat;

/// <summary>A type with a cluster size, in sectors.</summary>
internal readonly record struct FatKind(FatType Type, int SectorsPerCluster)
{
    private const int MaxSectorsPerCluster = 64;

    /// <summary>Every kind that a volume may be of: FAT32 first, and of each type the largest clusters first.</summary>
    public static IReadOnlyList<FatKind> All { get; } =
    [
        .. Downwards(FatType.Fat32, MaxSectorsPerCluster), .. Downwards(FatType.Fat16, 2), .. Downwards(FatType.Fat12, 4),
    ];

    /// <summary>The fewest clusters that make the type.</summary>
    public long MinClusters => Type switch
    {
        FatType.Fat12 => 1,
        FatType.Fat16 => MaxClustersFat12 + CutOffMargin + 1,
        _ => MaxClustersFat16 + CutOffMargin + 1,
    };

    /// <summary>The most clusters that the type has.</summary>
    public long MaxClusters => Type switch
    {
        FatType.Fat12 => MaxClustersFat12 - CutOffMargin,
        FatType.Fat16 => MaxClustersFat16 - CutOffMargin,
        _ => MaxClustersFat32,
    };

    /// <summary>Whether the clusters are no larger than wanted for a volume of that size: those of FAT32 grow with it, as Windows has them.</summary>
    public bool IsFor(long totalSectors)
    {
        const long SectorsPerMiB = 2048;
        return Type != FatType.Fat32 || SectorsPerCluster <= totalSectors switch
        {
            < 260 * SectorsPerMiB => 1,
            < 8192 * SectorsPerMiB => 8,
            < 16384 * SectorsPerMiB => 16,
            < 32768 * SectorsPerMiB => 32,
            _ => MaxSectorsPerCluster,
        };
    }

    private static IEnumerable<FatKind> Downwards(FatType type, int from)
    {
        for (var sectors = from; sectors > 0; sectors /= 2)
        {
            yield return new FatKind(type, sectors);
        }
    }
}
