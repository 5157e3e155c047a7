namespace ReproBuild.Outputs.Erofs;

/// <summary>How the data of an inode is stored (i_format, bits 1 to 3).</summary>
internal enum ErofsDataLayout
{
    /// <summary>All of it in consecutive blocks.</summary>
    FlatPlain = 0,

    /// <summary>Compressed, with an index of eight bytes for each block of data after the inode and its extended attributes.</summary>
    CompressedFull = 1,

    /// <summary>Whole blocks in consecutive blocks, the rest right after the inode and its extended attributes.</summary>
    FlatInline = 2,
}

/// <summary>
/// Numbers of the EROFS on-disk format (Linux, Documentation/filesystems/erofs.rst;
/// <see href="https://erofs.docs.kernel.org/en/latest/core_ondisk.html"/>).
/// </summary>
internal static class ErofsConstants
{
    public const uint Magic = 0xe0f5e1e2;
    public const int BlockBits = 12;
    public const int BlockSize = 1 << BlockBits;
    public const int SuperblockOffset = 1024;
    public const int SuperblockSize = 128;

    /// <summary>EROFS_FEATURE_COMPAT_SB_CHKSUM: the superblock has a checksum.</summary>
    public const uint FeatureChecksum = 1;

    /// <summary>EROFS_FEATURE_COMPAT_MTIME: the times of inodes are modification times.</summary>
    public const uint FeatureModificationTime = 2;

    /// <summary>EROFS_FEATURE_INCOMPAT_LZ4_0PADDING: zeros fill a compressed block from its beginning.</summary>
    public const uint FeatureLz4Padding = 1;

    /// <summary>An inode's number is its place in the metadata area in units of this.</summary>
    public const int InodeSlotSize = 32;
    public const int CompactInodeSize = 32;
    public const int ExtendedInodeSize = 64;

    public const int DirectoryEntrySize = 12;

    /// <summary>The index of a compressed file begins at a multiple of this.</summary>
    public const int IndexAlignment = 8;

    public const int XattrHeaderSize = 12;
    public const int XattrEntrySize = 4;
    public const int XattrAlignment = 4;

    /// <summary>i_xattr_icount has 16 bits: it counts the header as one and the rest in units of four bytes.</summary>
    public const int MaxXattrSize = XattrHeaderSize + ((ushort.MaxValue - 1) * XattrAlignment);

    /// <summary>e_value_size has 16 bits.</summary>
    public const int MaxXattrValueLength = ushort.MaxValue;

    /// <summary>XATTR_NAME_MAX of Linux, the prefix included.</summary>
    public const int MaxXattrNameLength = 255;

    /// <summary>Larger files stay as they are: their indexes, of which this gives 256 MiB, are composed in memory.</summary>
    public const long MaxCompressedFileSize = 128L << 30;

    /// <summary>i_u of an inode that has no block (EROFS_NULL_ADDR).</summary>
    public const uint NoBlock = uint.MaxValue;

    /// <summary>Block addresses have 32 bits, and the largest is <see cref="NoBlock"/>: 16 TiB.</summary>
    public const long MaxImageSize = (long)NoBlock << BlockBits;
}
