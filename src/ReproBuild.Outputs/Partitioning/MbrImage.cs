using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Partitioning;

/// <summary>A primary partition of a disk with a master boot record.</summary>
public sealed class MbrPartition
{
    /// <summary>Describes a partition.</summary>
    /// <param name="type">The type byte, such as 0x0c for FAT32, 0x83 for a Linux file system, 0xef for an EFI system partition; not 0.</param>
    /// <param name="content">What it holds, not empty; its length is rounded up to whole sectors.</param>
    /// <param name="isActive">Whether the firmware's boot code starts it.</param>
    public MbrPartition(byte type, FileContent content, bool isActive = false)
    {
        ArgumentNullException.ThrowIfNull(content);
        (Type, Content, IsActive) = (type, content, isActive);
    }

    /// <summary>The type byte.</summary>
    public byte Type { get; }

    /// <summary>What it holds.</summary>
    public FileContent Content { get; }

    /// <summary>Whether the firmware's boot code starts it.</summary>
    public bool IsActive { get; }
}

/// <summary>How a disk with a master boot record is written.</summary>
public sealed class MbrOptions
{
    /// <summary>The disk signature, not 0; <see cref="IdentifierDerivation"/> derives one from what the disk holds.</summary>
    public required uint DiskSignature { get; init; }

    /// <summary>What lies at the beginning of the disk, its first 440 bytes being the boot code; at most 1 MiB.</summary>
    /// <value>Default empty: the disk does not boot.</value>
    public ReadOnlyMemory<byte> BootProgram { get; init; }

    /// <summary>The size of the disk in bytes: a multiple of 512, up to 2 TiB.</summary>
    /// <value>Default null: where the last partition ends.</value>
    public long? Size { get; init; }

    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    internal void Validate()
    {
        if (DiskSignature == 0)
        {
            throw new InvalidOptionException("MbrOptions.DiskSignature", "MbrOptions.DiskSignature is 0, which means none. Give another number.");
        }

        if (BootProgram.Length > MbrImage.FirstPartitionOffset)
        {
            throw new InvalidOptionException(
                "MbrOptions.BootProgram",
                $"MbrOptions.BootProgram has {BootProgram.Length} bytes, and there are {MbrImage.FirstPartitionOffset} before the first partition.");
        }
    }
}

/// <summary>A disk with a master boot record and up to four primary partitions, each beginning at a multiple of 1 MiB.</summary>
public static class MbrImage
{
    private const int MaxPartitions = 4;

    /// <summary>Where the first partition begins, in bytes.</summary>
    internal const long FirstPartitionOffset = DiskSectors.Alignment;

    /// <summary>The largest disk in bytes: 2 TiB, since a sector's number has 32 bits.</summary>
    internal const long MaxSize = (1L << 32) * DiskSectors.Size;

    /// <summary>Composes the disk; the partitions are taken by reference, nothing is read or copied.</summary>
    /// <param name="partitions">The partitions, in their order on the disk: up to four.</param>
    /// <param name="options">The options.</param>
    /// <param name="scratch">Not needed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ArgumentException">
    /// There are more than four partitions, one is empty or has type 0, or they need more than 2 TiB.
    /// </exception>
    /// <exception cref="InvalidOptionException">An option is out of range, or the size is too small for the partitions.</exception>
    public static Task<FileContent> CreateAsync(
        IReadOnlyList<MbrPartition> partitions, MbrOptions options, ScratchSpace? scratch = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        ArgumentNullException.ThrowIfNull(options);
        return Task.Run(() => Create(partitions, options), cancellationToken);
    }

    internal static FileContent Create(IReadOnlyList<MbrPartition> partitions, MbrOptions options)
    {
        options.Validate();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partitions.Count, MaxPartitions, nameof(partitions));
        var start = new byte[Math.Max(options.BootProgram.Length, DiskSectors.Size)];
        options.BootProgram.Span.CopyTo(start);
        var record = start.AsSpan(0, DiskSectors.Size);
        MbrStructures.WriteSignature(record, options.DiskSignature);
        record.Slice(MbrStructures.TableOffset, MbrStructures.TableSize).Clear();
        var body = AppendPartitions(partitions, record, start.Length);
        var least = DiskSectors.AlignUp(body.Length + start.Length, DiskSectors.Size);
        var size = options.Size is { } asked ? DiskSectors.CheckSize(asked, least, "MbrOptions.Size") : least;
        return size <= MaxSize
            ? new FileContentBuilder().Append(start).Append(body.Build()).PadTo(size).Build()
            : throw new InvalidOptionException("MbrOptions.Size", TooLarge(size));
    }

    /// <summary>Lays the partitions one after the other, and writes their entries.</summary>
    private static FileContentBuilder AppendPartitions(IReadOnlyList<MbrPartition> partitions, Span<byte> record, long startLength)
    {
        var body = new FileContentBuilder();
        for (var i = 0; i < partitions.Count; i++)
        {
            DiskSectors.CheckPartition(i, partitions[i].Content, nameof(partitions));
            if (partitions[i].Type == 0)
            {
                throw new ArgumentException($"Partition {i + 1} has type 0, which means none. Give a type such as 0x0c (FAT32).", nameof(partitions));
            }

            body.PadTo(DiskSectors.AlignUp(body.Length + startLength, DiskSectors.Alignment) - startLength);
            var first = (body.Length + startLength) / DiskSectors.Size;
            body.Append(partitions[i].Content).PadTo(DiskSectors.AlignUp(body.Length + startLength, DiskSectors.Size) - startLength);
            var end = (body.Length + startLength) / DiskSectors.Size;
            if (end > MaxSize / DiskSectors.Size)
            {
                throw new ArgumentException(TooLarge(end * DiskSectors.Size), nameof(partitions));
            }

            MbrStructures.WriteEntry(record, i, new MbrEntry(partitions[i].Type, first, end - first, partitions[i].IsActive));
        }

        return body;
    }

    private static string TooLarge(long size) =>
        $"A disk of {size} bytes is more than the {MaxSize} that a master boot record addresses. Use a GUID partition table.";
}
