using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Partitioning;

/// <summary>A partition of a disk with a GUID partition table.</summary>
public sealed class GptPartition
{
    /// <summary>Describes a partition.</summary>
    /// <param name="type">The type, such as <see cref="GptPartitionTypes.EfiSystem"/>.</param>
    /// <param name="id">The partition's own GUID.</param>
    /// <param name="name">The name: up to 36 UTF-16 units.</param>
    /// <param name="content">What it holds, not empty; its length is rounded up to whole sectors.</param>
    /// <param name="attributes">The attribute bits (UEFI 2.10, table 5.8).</param>
    public GptPartition(Guid type, Guid id, string name, FileContent content, ulong attributes = 0)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(content);
        (Type, Id, Name, Content, Attributes) = (type, id, name, content, attributes);
    }

    /// <summary>The type.</summary>
    public Guid Type { get; }

    /// <summary>The partition's own GUID.</summary>
    public Guid Id { get; }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>What it holds.</summary>
    public FileContent Content { get; }

    /// <summary>The attribute bits.</summary>
    public ulong Attributes { get; }
}

/// <summary>How a disk with a GUID partition table is written.</summary>
public sealed class GptOptions
{
    /// <summary>The disk's GUID; <see cref="IdentifierDerivation"/> derives one from what the disk holds.</summary>
    public required Guid DiskId { get; init; }

    /// <summary>The size of the disk in bytes: a multiple of 512.</summary>
    /// <value>Default null: as small as the partitions need, a multiple of 1 MiB.</value>
    public long? Size { get; init; }
}

/// <summary>Types of partitions in a GUID partition table.</summary>
public static class GptPartitionTypes
{
    /// <summary>The EFI system partition: FAT32, so from 34 MiB on (<c>FatOptions.MinSize</c>).</summary>
    public static Guid EfiSystem { get; } = new("c12a7328-f81f-11d2-ba4b-00a0c93ec93b");

    /// <summary>Linux file system data.</summary>
    public static Guid LinuxFileSystem { get; } = new("0fc63daf-8483-4772-8e79-3d69d8477de4");
}

/// <summary>A disk with a GUID partition table: protective master boot record, both headers, each partition at a multiple of 1 MiB.</summary>
public static class GptImage
{
    private const int MaxNameLength = 36;

    /// <summary>The space after the last partition that the backup table takes, in bytes.</summary>
    internal const long BackupSize = (GptStructures.TableSectors + 1) * DiskSectors.Size;

    private const long FirstPartitionOffset = DiskSectors.Alignment;

    /// <summary>Composes the disk; the partitions are taken by reference, nothing is read or copied.</summary>
    /// <param name="partitions">The partitions, in their order on the disk: up to 128.</param>
    /// <param name="options">The options.</param>
    /// <param name="scratch">Not needed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ArgumentException">There are more than 128 partitions, one is empty, or a name is too long.</exception>
    /// <exception cref="InvalidOptionException">The size is not a multiple of 512, or too small for the partitions.</exception>
    public static Task<FileContent> CreateAsync(
        IReadOnlyList<GptPartition> partitions, GptOptions options, ScratchSpace? scratch = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        ArgumentNullException.ThrowIfNull(options);
        return Task.Run(() => Create(partitions, options), cancellationToken);
    }

    internal static FileContent Create(IReadOnlyList<GptPartition> partitions, GptOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partitions.Count, GptStructures.EntryCount, nameof(partitions));
        var entries = new byte[GptStructures.EntryCount * GptStructures.EntrySize];
        var body = new FileContentBuilder();
        for (var i = 0; i < partitions.Count; i++)
        {
            var partition = partitions[i];
            ArgumentOutOfRangeException.ThrowIfGreaterThan(partition.Name.Length, MaxNameLength, nameof(partitions));
            DiskSectors.CheckPartition(i, partition.Content, nameof(partitions));
            body.PadTo(DiskSectors.AlignUp(body.Length, DiskSectors.Alignment));
            var first = FirstPartitionOffset + body.Length;
            body.Append(partition.Content).PadTo(DiskSectors.AlignUp(body.Length, DiskSectors.Size));
            var last = ((FirstPartitionOffset + body.Length) / DiskSectors.Size) - 1;
            GptStructures.WriteEntry(entries.AsSpan(i * GptStructures.EntrySize), partition, first / DiskSectors.Size, last);
        }

        var least = FirstPartitionOffset + body.Length + BackupSize;
        var size = options.Size is { } asked
            ? DiskSectors.CheckSize(asked, least, "GptOptions.Size")
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
