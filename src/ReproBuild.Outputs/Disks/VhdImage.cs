using System.Buffers.Binary;
using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Disks.VhdStructures;

namespace ReproBuild.Outputs.Disks;

/// <summary>A disk as a virtual hard disk (VHD), fixed or dynamic.</summary>
public static class VhdImage
{
    /// <summary>What the size of a disk is rounded up to: 1 MiB, as Azure asks.</summary>
    private const long SizeMultiple = 1024 * 1024;

    /// <summary>The largest disk of the format, in bytes: 2,040 GiB.</summary>
    public const long MaxDiskSize = 2040L << 30;

    /// <summary>Composes a fixed disk: the disk, filled up to a multiple of 1 MiB, and a footer.</summary>
    /// <exception cref="ArgumentException">The disk is larger than <see cref="MaxDiskSize"/>.</exception>
    public static FileContent CreateFixed(FileContent disk, VhdOptions options)
    {
        var size = Size(disk, options);
        return new FileContentBuilder().Append(disk).PadTo(size).Append(Footer(size, FixedDisk, options)).Build();
    }

    /// <summary>Composes a dynamic disk: blocks of 2 MiB, of which those without data take no space.</summary>
    /// <exception cref="ArgumentException">The disk is larger than <see cref="MaxDiskSize"/>.</exception>
    public static FileContent CreateDynamic(FileContent disk, VhdOptions options)
    {
        var size = Size(disk, options);
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
                BinaryPrimitives.WriteUInt32BigEndian(table.AsSpan((int)block * sizeof(uint)), (uint)((tableEnd + blocks.Length) / SectorSize));
                blocks.Append(bitmap).Append(SparseBlocks.Read(disk, new BlockRun(block, 1), BlockSize));
            }
        }

        return new FileContentBuilder()
            .Append(footer).Append(DynamicHeader(TableOffset, table.Length / sizeof(uint)))
            .Append(table).PadTo(tableEnd)
            .Append(blocks.Build()).Append(footer).Build();
    }

    private static long Size(FileContent disk, VhdOptions options)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(options);
        var size = (disk.Length + SizeMultiple - 1) / SizeMultiple * SizeMultiple;
        return size <= MaxDiskSize ? size : throw new ArgumentException($"A disk of {disk.Length} bytes is larger than the {MaxDiskSize} bytes of a VHD.", nameof(disk));
    }
}
