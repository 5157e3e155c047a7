using System.Buffers.Binary;
using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.VirtualDisks.VhdStructures;

namespace ReproBuild.Outputs.VirtualDisks;

/// <summary>How a virtual hard disk (VHD) is written.</summary>
public sealed class VhdOptions
{
    /// <summary>The disk's unique id; <see cref="IdentifierDerivation"/> derives one from what the disk holds.</summary>
    public required Guid UniqueId { get; init; }

    /// <summary>Whether blocks of 2 MiB without data take no space; else the image is the disk and a footer.</summary>
    /// <value>Default false, which is what Azure takes.</value>
    public bool IsDynamic { get; init; }

    /// <summary>The time stamp, in seconds since 1970-01-01T00:00:00Z; before 2000-01-01 it becomes that day.</summary>
    /// <value>Default <see cref="BuildOptions.LinuxKitEpoch"/>.</value>
    public long SourceDateEpoch { get; init; } = BuildOptions.LinuxKitEpoch;
}

/// <summary>A disk as a virtual hard disk (VHD), fixed or dynamic.</summary>
public static class VhdImage
{
    /// <summary>What the size of a disk is rounded up to: 1 MiB, as Azure asks.</summary>
    private const long SizeMultiple = 1024 * 1024;

    /// <summary>The largest disk of the format, in bytes: 2,040 GiB.</summary>
    internal const long MaxDiskSize = 2040L << 30;

    /// <summary>Composes the image; the disk is taken by reference, nothing is read or copied.</summary>
    /// <param name="disk">The disk, which is filled up to a multiple of 1 MiB: up to 2,040 GiB. Azure takes 20 MiB and more.</param>
    /// <param name="options">The options.</param>
    /// <param name="scratch">Not needed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ArgumentException">The disk is larger than 2,040 GiB.</exception>
    public static Task<FileContent> CreateAsync(
        FileContent disk, VhdOptions options, ScratchSpace? scratch = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(options);
        return Task.Run(() => Create(disk, options), cancellationToken);
    }

    internal static FileContent Create(FileContent disk, VhdOptions options)
    {
        var size = (disk.Length + SizeMultiple - 1) / SizeMultiple * SizeMultiple;
        return size > MaxDiskSize
            ? throw new ArgumentException($"A disk of {disk.Length} bytes is larger than the {MaxDiskSize} bytes of a VHD.", nameof(disk))
            : options.IsDynamic ? CreateDynamic(disk, size, options)
            : new FileContentBuilder().Append(disk).PadTo(size).Append(Footer(size, FixedDisk, options)).Build();
    }

    private static FileContent CreateDynamic(FileContent disk, long size, VhdOptions options)
    {
        const long TableOffset = SectorSize + DynamicHeaderSize;
        var table = new byte[(int)((size + BlockSize - 1) / BlockSize) * sizeof(uint)];
        table.AsSpan().Fill(0xff);
        var footer = Footer(size, DynamicDisk, options);
        var blocks = new FileContentBuilder();
        var bitmap = new byte[SectorSize];
        bitmap.AsSpan().Fill(0xff);
        var tableEnd = (TableOffset + table.Length + SectorSize - 1) / SectorSize * SectorSize;
        foreach (var run in SparseBlocks.Find(disk, BlockSize))
        {
            for (var block = run.First; block < run.End; block++)
            {
                var place = (uint)((tableEnd + blocks.Length) / SectorSize);
                BinaryPrimitives.WriteUInt32BigEndian(table.AsSpan((int)block * sizeof(uint)), place);
                blocks.Append(bitmap).Append(SparseBlocks.Read(disk, new BlockRun(block, 1), BlockSize));
            }
        }

        return new FileContentBuilder()
            .Append(footer).Append(DynamicHeader(TableOffset, table.Length / sizeof(uint)))
            .Append(table).PadTo(tableEnd)
            .Append(blocks.Build()).Append(footer).Build();
    }
}
