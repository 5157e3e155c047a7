using ReproBuild.Outputs.Fat;
using ReproBuild.Outputs.Partitioning;

namespace ReproBuild.Outputs.Disks;

/// <summary>What a partition table asks of the size of its disk.</summary>
/// <param name="MaxSize">The largest disk, in bytes.</param>
/// <param name="SizeAfter">What it takes after the last partition, in bytes.</param>
internal readonly record struct DiskTable(long MaxSize, long SizeAfter)
{
    public static DiskTable Mbr => new(MbrImage.MaxSize, 0);

    public static DiskTable Gpt => new(long.MaxValue, GptImage.BackupSize);
}

/// <summary>Which sizes a disk may have: one FAT volume that begins at the first mebibyte, a partition table around it, in a container.</summary>
internal sealed class DiskSizes
{
    private readonly long? _asked;
    private readonly IDiskContainer _container;
    private readonly DiskTable _table;
    private readonly long _maxSize;

    /// <param name="asked">The size that is asked for, in bytes; null for the smallest.</param>
    /// <param name="container">What the disk is put into.</param>
    /// <param name="table">The partition table.</param>
    /// <exception cref="OutputFormatException">The size that is asked for is too large: better said before anything is made.</exception>
    public DiskSizes(long? asked, IDiskContainer container, DiskTable table)
    {
        (_asked, _container, _table) = (asked, container, table);
        _maxSize = Math.Min(container.MaxSize, table.MaxSize);
        if (asked > _maxSize)
        {
            throw Error($"a disk of {asked} bytes is too large: this format holds at most {_maxSize}. Set BuildOptions.DiskSize to less.");
        }
    }

    /// <summary>The size that is asked for, or else the smallest.</summary>
    /// <param name="volume">The size of the smallest volume, in bytes.</param>
    /// <exception cref="OutputFormatException">The container, the table or the content does not allow it.</exception>
    public long Choose(long volume)
    {
        var multiple = _container.SizeMultiple;
        var alignment = Math.Max(multiple, _table.SizeAfter > 0 ? DiskSectors.Alignment : 1);
        var least = Math.Max(_container.MinSize, MbrImage.FirstPartitionOffset + volume + _table.SizeAfter);
        var needed = DiskSectors.AlignUp(least, alignment);
        if (needed > _maxSize)
        {
            throw Error($"the content needs a disk of {needed} bytes, and this format holds at most {_maxSize}. Make it smaller.");
        }

        return _asked is not { } asked ? needed
            : asked < needed ? throw Error(
                $"a disk of {asked} bytes is too small: with this content the format needs {needed}. " +
                "Set BuildOptions.DiskSize to that or more, or leave it unset for the smallest.")
            : asked % multiple != 0 ? throw Error(
                $"a disk of {asked} bytes is not a multiple of the {multiple} bytes that this format takes. Set BuildOptions.DiskSize to one.")
            : asked;
    }

    /// <summary>The largest volume on a disk, in bytes; what FAT cannot have of a large disk stays without a partition.</summary>
    public long RoomIn(long diskSize) =>
        Math.Min(diskSize - MbrImage.FirstPartitionOffset - _table.SizeAfter, FatConstants.MaxSize) / DiskSectors.Alignment * DiskSectors.Alignment;

    private static OutputFormatException Error(string problem) => new(problem);
}
