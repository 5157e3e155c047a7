using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Partitioning;

/// <summary>Sectors of a disk.</summary>
internal static class DiskSectors
{
    /// <summary>The size of a sector in bytes.</summary>
    public const int Size = 512;

    /// <summary>What partitions are aligned to, in bytes: 1 MiB, a multiple of every device's own block size.</summary>
    public const long Alignment = 1024 * 1024;

    /// <summary>Checks the size that is given for a disk.</summary>
    /// <param name="size">The size in bytes.</param>
    /// <param name="least">What it must have at least, in bytes.</param>
    /// <param name="option">What errors call the size.</param>
    /// <exception cref="InvalidOptionException">The size is not a multiple of a sector, or less than needed.</exception>
    public static long CheckSize(long size, long least, string option) =>
        size % Size == 0 && size >= least ? size
        : throw new InvalidOptionException(option, $"{option} {size} is not a multiple of {Size}, or less than the {least} bytes needed.");

    /// <exception cref="ArgumentException">The partition is empty.</exception>
    public static void CheckPartition(int index, FileContent content, string parameter)
    {
        if (content.Length == 0)
        {
            throw new ArgumentException($"Partition {index + 1} is empty: a partition has at least one sector.", parameter);
        }
    }

    public static long AlignUp(long value, long alignment) => (value + alignment - 1) / alignment * alignment;
}
