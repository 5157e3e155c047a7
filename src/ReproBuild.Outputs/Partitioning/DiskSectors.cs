using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Partitioning;

/// <summary>Sectors of a disk.</summary>
internal static class DiskSectors
{
    /// <summary>The size of a sector in bytes.</summary>
    public const int Size = 512;

    /// <summary>What partitions are aligned to, in bytes: 1 MiB, a multiple of every device's own block size.</summary>
    public const long Alignment = 1024 * 1024;

    /// <summary>The size of a disk: what is given, if it is whole sectors and not too small, else what is needed.</summary>
    /// <param name="option">What errors call it, and what a caller passed.</param>
    /// <param name="asked">What is given, in bytes.</param>
    /// <param name="least">The fewest bytes.</param>
    /// <param name="otherwise">The size when none is given.</param>
    /// <exception cref="ArgumentException">The size is no multiple of a sector, or less than needed.</exception>
    public static long SizeOf(string option, long? asked, long least, long otherwise) =>
        asked is not { } size ? otherwise
        : size % Size == 0 && size >= least ? size
        : throw new ArgumentException($"{option} {size} is not a multiple of {Size}, or less than the {least} bytes needed.", "options");

    /// <exception cref="ArgumentException">The partition is empty.</exception>
    public static void CheckPartition(int index, FileContent content)
    {
        if (content.Length == 0)
        {
            throw new ArgumentException($"Partition {index + 1} is empty: a partition has one sector at least.", "partitions");
        }
    }

    public static long AlignUp(long value, long alignment) => (value + alignment - 1) / alignment * alignment;
}
