using System.Buffers.Binary;
using System.Numerics;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;
using static ReproBuild.Outputs.Erofs.ErofsConstants;

namespace ReproBuild.Outputs.Erofs;

/// <summary>The superblock and the inodes on disk.</summary>
internal static class ErofsStructures
{
    /// <summary>
    /// Encodes the block that holds erofs_super_block, checksum included. The metadata area begins with the image, so meta_blkaddr stays 0.
    /// </summary>
    public static void WriteSuperblock(Span<byte> block, ErofsLayout layout, ErofsOptions options)
    {
        block.Clear();
        var superblock = block[SuperblockOffset..];
        BinaryPrimitives.WriteUInt32LittleEndian(superblock, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(superblock[8..], FeatureChecksum | FeatureModificationTime);
        superblock[12] = BlockBits;
        BinaryPrimitives.WriteUInt16LittleEndian(superblock[14..], (ushort)layout.Nodes[0].Nid);
        BinaryPrimitives.WriteUInt64LittleEndian(superblock[16..], (ulong)layout.Nodes.Count);
        BinaryPrimitives.WriteInt64LittleEndian(superblock[24..], options.SourceDateEpoch);
        BinaryPrimitives.WriteUInt32LittleEndian(superblock[36..], (uint)(layout.ImageSize / BlockSize));
        _ = options.Uuid.TryWriteBytes(superblock[48..], bigEndian: true, out _);
        if (options.Compression == ErofsCompression.Lz4)
        {
            // The distance is the largest, as it is for zero; but later kernels take zero for an image without compressed files.
            BinaryPrimitives.WriteUInt32LittleEndian(superblock[80..], FeatureLz4Padding);
            BinaryPrimitives.WriteUInt16LittleEndian(superblock[84..], ushort.MaxValue);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(superblock[4..], Checksum(superblock));
    }

    /// <summary>Encodes erofs_inode_compact or erofs_inode_extended.</summary>
    public static void WriteInode(Span<byte> inode, ErofsNode node)
    {
        inode.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(inode, (ushort)(((int)node.DataLayout << 1) | (node.IsExtended ? 1 : 0)));
        BinaryPrimitives.WriteUInt16LittleEndian(inode[2..], ErofsXattrs.CountOf(node.XattrSize));
        BinaryPrimitives.WriteUInt16LittleEndian(inode[4..], PosixMode.Of(node.Inode));
        BinaryPrimitives.WriteUInt32LittleEndian(inode[16..], Union(node));
        BinaryPrimitives.WriteUInt32LittleEndian(inode[20..], node.Number);
        if (node.IsExtended)
        {
            WriteExtendedFields(inode, node);
        }
        else
        {
            WriteCompactFields(inode, node);
        }
    }

    /// <summary>
    /// CRC-32C from the superblock to the end of its block, with the checksum itself zero, begun with all ones and not inverted at the end.
    /// </summary>
    private static uint Checksum(ReadOnlySpan<byte> superblock)
    {
        var checksum = uint.MaxValue;
        foreach (var value in superblock)
        {
            checksum = BitOperations.Crc32C(checksum, value);
        }

        return checksum;
    }

    /// <summary>i_u: a device number, how many blocks a compressed file has, or the address of the first block.</summary>
    private static uint Union(ErofsNode node) => node switch
    {
        { Inode.Type: FileType.CharacterDevice or FileType.BlockDevice or FileType.Fifo } =>
            ErofsMode.DeviceNumber(node.Inode.DeviceMajor, node.Inode.DeviceMinor),
        { Compressed: { } file } => (uint)file.Extents.Count,
        _ => node.FirstBlock,
    };

    private static void WriteCompactFields(Span<byte> inode, ErofsNode node)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(inode[6..], (ushort)node.LinkCount);
        BinaryPrimitives.WriteUInt32LittleEndian(inode[8..], (uint)node.Size);
        BinaryPrimitives.WriteUInt16LittleEndian(inode[24..], (ushort)node.Inode.UserId);
        BinaryPrimitives.WriteUInt16LittleEndian(inode[26..], (ushort)node.Inode.GroupId);
    }

    private static void WriteExtendedFields(Span<byte> inode, ErofsNode node)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(inode[8..], (ulong)node.Size);
        BinaryPrimitives.WriteUInt32LittleEndian(inode[24..], node.Inode.UserId);
        BinaryPrimitives.WriteUInt32LittleEndian(inode[28..], node.Inode.GroupId);
        BinaryPrimitives.WriteInt64LittleEndian(inode[32..], node.Inode.ModificationTime.Seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(inode[40..], (uint)node.Inode.ModificationTime.Nanoseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(inode[44..], node.LinkCount);
    }
}

/// <summary>The codes of file types and devices.</summary>
internal static class ErofsMode
{
    /// <summary>The file_type of a directory entry (EROFS_FT_*, which are those of ext4).</summary>
    public static byte DirectoryEntryType(FileType type) => type switch
    {
        FileType.RegularFile => 1,
        FileType.Directory => 2,
        FileType.CharacterDevice => 3,
        FileType.BlockDevice => 4,
        FileType.Fifo => 5,
        FileType.SymbolicLink => 7,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a file type."),
    };

    /// <summary>A device number as Linux encodes it in 32 bits (new_encode_dev): the minor number around the major.</summary>
    public static uint DeviceNumber(uint major, uint minor) => (minor & 0xff) | (major << 8) | ((minor & ~0xffu) << 12);
}
