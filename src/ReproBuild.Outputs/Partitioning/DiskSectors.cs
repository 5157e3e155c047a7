namespace ReproBuild.Outputs.Partitioning;

/// <summary>Sectors of a disk.</summary>
internal static class DiskSectors
{
    /// <summary>The size of a sector in bytes.</summary>
    public const int Size = 512;

    /// <summary>What partitions are aligned to, in bytes: 1 MiB, a multiple of every device's own block size.</summary>
    public const long Alignment = 1024 * 1024;

    public static long AlignUp(long value, long alignment) => (value + alignment - 1) / alignment * alignment;
}
