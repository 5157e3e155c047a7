using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Partitioning;

/// <summary>A partition of a disk with a GUID partition table.</summary>
/// <param name="Type">The type, such as <see cref="GptPartitionTypes.EfiSystem"/>.</param>
/// <param name="Id">The partition's own GUID.</param>
/// <param name="Name">The name: up to 36 UTF-16 units.</param>
/// <param name="Content">What it holds, not empty; its length is rounded up to whole sectors.</param>
/// <param name="Attributes">The attribute bits (UEFI 2.10, table 5.8).</param>
public sealed record GptPartition(Guid Type, Guid Id, string Name, FileContent Content, ulong Attributes = 0);

/// <summary>How a disk with a GUID partition table is written.</summary>
public sealed record GptDiskOptions
{
    /// <summary>The disk's GUID.</summary>
    public required Guid DiskId { get; init; }

    /// <summary>The size of the disk in bytes: a multiple of 512.</summary>
    /// <value>Default null: as small as the partitions need, a multiple of 1 MiB.</value>
    public long? Size { get; init; }
}

/// <summary>Types of partitions in a GUID partition table.</summary>
public static class GptPartitionTypes
{
    /// <summary>The EFI system partition.</summary>
    public static Guid EfiSystem { get; } = new("c12a7328-f81f-11d2-ba4b-00a0c93ec93b");

    /// <summary>Linux file system data.</summary>
    public static Guid LinuxFileSystem { get; } = new("0fc63daf-8483-4772-8e79-3d69d8477de4");
}

/// <summary>A disk with a GUID partition table: protective master boot record, both headers, each partition at a multiple of 1 MiB.</summary>
public static class GptDisk
{
    private const int MaxNameLength = 36;

    /// <summary>Where the first partition begins, in bytes.</summary>
    public const long FirstPartitionOffset = DiskSectors.Alignment;

    /// <summary>The space behind the last partition that the backup table takes, in bytes.</summary>
    internal const long BackupSize = (GptStructures.TableSectors + 1) * DiskSectors.Size;

    /// <summary>Composes the disk.</summary>
    /// <exception cref="ArgumentException">
    /// There are more than 128 partitions, one is empty, a name is too long, an option is out of range, or the partitions do not fit.
    /// </exception>
    public static FileContent Create(ImmutableArray<GptPartition> partitions, GptDiskOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partitions.Length, GptStructures.EntryCount);
        var entries = new byte[GptStructures.EntryCount * GptStructures.EntrySize];
        var body = new FileContentBuilder();
        for (var i = 0; i < partitions.Length; i++)
        {
            var partition = partitions[i];
            ArgumentOutOfRangeException.ThrowIfGreaterThan(partition.Name.Length, MaxNameLength, nameof(partitions));
            DiskSectors.CheckPartition(i, partition.Content, nameof(partitions));
            body.PadTo(DiskSectors.AlignUp(body.Length, DiskSectors.Alignment));
            var first = FirstPartitionOffset + body.Length;
            body.Append(partition.Content).PadTo(DiskSectors.AlignUp(body.Length, DiskSectors.Size));
            GptStructures.WriteEntry(entries.AsSpan(i * GptStructures.EntrySize), partition, first / DiskSectors.Size, ((FirstPartitionOffset + body.Length) / DiskSectors.Size) - 1);
        }

        var least = FirstPartitionOffset + body.Length + BackupSize;
        var size = options.Size is { } asked
            ? DiskSectors.CheckSize(asked, least, "GptDiskOptions.Size", nameof(options))
            : DiskSectors.AlignUp(least, DiskSectors.Alignment);
        return Compose(body.Build(), entries, size / DiskSectors.Size, options.DiskId);
    }

    private static FileContent Compose(FileContent body, byte[] entries, long sectors, Guid diskId)
    {
        var start = new byte[(2 * DiskSectors.Size) + entries.Length];
        MbrStructures.WriteSignature(start.AsSpan(0, DiskSectors.Size), 0);
        GptStructures.WriteProtectiveEntry(start.AsSpan(0, DiskSectors.Size), sectors);
        GptStructures.WriteHeader(start.AsSpan(DiskSectors.Size, DiskSectors.Size), entries, GptHeaderPlace.Primary(sectors), diskId);
        entries.CopyTo(start.AsSpan(2 * DiskSectors.Size));
        var end = new byte[entries.Length + DiskSectors.Size];
        entries.CopyTo(end, 0);
        GptStructures.WriteHeader(end.AsSpan(entries.Length), entries, GptHeaderPlace.Backup(sectors), diskId);
        return new FileContentBuilder()
            .Append(start).PadTo(FirstPartitionOffset)
            .Append(body).PadTo((sectors * DiskSectors.Size) - end.Length)
            .Append(end).Build();
    }
}
