using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Partitioning;

/// <summary>A primary partition of a disk with a master boot record.</summary>
/// <param name="Type">The type byte, such as <see cref="MbrPartitionTypes.Fat32Lba"/>; not 0.</param>
/// <param name="Content">What it holds, not empty; its length is rounded up to whole sectors.</param>
/// <param name="IsActive">Whether the firmware's boot code starts it.</param>
public sealed record MbrPartition(byte Type, FileContent Content, bool IsActive = false);

/// <summary>How a disk with a master boot record is written.</summary>
public sealed record MbrDiskOptions
{
    /// <summary>The disk signature; not 0.</summary>
    public required uint DiskSignature { get; init; }

    /// <summary>What lies at the beginning of the disk, its first 440 bytes being the boot code; at most 1 MiB.</summary>
    /// <value>Default empty: the disk does not boot.</value>
    public ReadOnlyMemory<byte> BootProgram { get; init; }

    /// <summary>The size of the disk in bytes: a multiple of 512, up to <see cref="MbrDisk.MaxSize"/>.</summary>
    /// <value>Default null: where the last partition ends.</value>
    public long? Size { get; init; }
}

/// <summary>A disk with a master boot record and up to four primary partitions, each beginning at a multiple of 1 MiB.</summary>
public static class MbrDisk
{
    private const int MaxPartitions = 4;

    /// <summary>Where the first partition begins, in bytes.</summary>
    public const long FirstPartitionOffset = DiskSectors.Alignment;

    /// <summary>The largest disk in bytes: 2 TiB, since a sector's number has 32 bits.</summary>
    public const long MaxSize = (1L << 32) * DiskSectors.Size;

    /// <summary>Composes the disk.</summary>
    /// <exception cref="ArgumentException">There are more than four partitions, one is empty or has type 0, an option is out of range, or the partitions do not fit.</exception>
    public static FileContent Create(ImmutableArray<MbrPartition> partitions, MbrDiskOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfZero(options.DiskSignature);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.BootProgram.Length, FirstPartitionOffset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partitions.Length, MaxPartitions);
        var start = new byte[Math.Max(options.BootProgram.Length, DiskSectors.Size)];
        options.BootProgram.Span.CopyTo(start);
        var record = start.AsSpan(0, DiskSectors.Size);
        MbrStructures.WriteSignature(record, options.DiskSignature);
        record.Slice(MbrStructures.TableOffset, MbrStructures.TableSize).Clear();
        var body = AppendPartitions(partitions, record, start.Length);
        var least = DiskSectors.AlignUp(body.Length + start.Length, DiskSectors.Size);
        var size = options.Size is { } asked ? DiskSectors.CheckSize(asked, least, "MbrDiskOptions.Size", nameof(options)) : least;
        return size <= MaxSize
            ? new FileContentBuilder().Append(start).Append(body.Build()).PadTo(size).Build()
            : throw TooLarge(size, nameof(options));
    }

    /// <summary>Lays the partitions one behind the other, and writes their entries.</summary>
    private static FileContentBuilder AppendPartitions(ImmutableArray<MbrPartition> partitions, Span<byte> record, long startLength)
    {
        var body = new FileContentBuilder();
        for (var i = 0; i < partitions.Length; i++)
        {
            DiskSectors.CheckPartition(i, partitions[i].Content, nameof(partitions));
            if (partitions[i].Type == 0)
            {
                throw new ArgumentException($"Partition {i + 1} has type 0, which means none. Give a type such as MbrPartitionTypes.Fat32Lba.", nameof(partitions));
            }

            body.PadTo(DiskSectors.AlignUp(body.Length + startLength, DiskSectors.Alignment) - startLength);
            var first = (body.Length + startLength) / DiskSectors.Size;
            body.Append(partitions[i].Content).PadTo(DiskSectors.AlignUp(body.Length + startLength, DiskSectors.Size) - startLength);
            var end = (body.Length + startLength) / DiskSectors.Size;
            if (end > MaxSize / DiskSectors.Size)
            {
                throw TooLarge(end * DiskSectors.Size, nameof(partitions));
            }

            MbrStructures.WriteEntry(record, i, new MbrEntry(partitions[i].Type, first, end - first, partitions[i].IsActive));
        }

        return body;
    }

    private static ArgumentException TooLarge(long size, string parameter) =>
        new($"A disk of {size} bytes is more than the {MaxSize} that a master boot record addresses. Use a GUID partition table.", parameter);
}
