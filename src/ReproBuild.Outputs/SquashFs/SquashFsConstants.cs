using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>Numbers of the SquashFS 4.0 format.</summary>
internal static class SquashFsConstants
{
    public const uint Magic = 0x73717368;
    public const ushort MajorVersion = 4;
    public const ushort MinorVersion = 0;
    public const int SuperblockSize = 96;

    public const int MinBlockSize = 4096;
    public const int MaxBlockSize = 1 << 20;

    /// <summary>The uncompressed size of a block of inodes, directories or table entries.</summary>
    public const int MetadataBlockSize = 8192;

    /// <summary>In the two bytes before a metadata block: it is stored as it is.</summary>
    public const ushort MetadataUncompressed = 0x8000;

    /// <summary>In the size of a data or fragment block: it is stored as it is.</summary>
    public const uint DataUncompressed = 1 << 24;

    /// <summary>No fragment, no attributes.</summary>
    public const uint None = 0xffff_ffff;

    /// <summary>A table that is not there.</summary>
    public const ulong NoTable = ulong.MaxValue;

    /// <summary>Devices are read in blocks of 1 or 4 KiB, so the image ends at a multiple of the larger.</summary>
    public const int ImageAlignment = 4096;

    /// <summary>Flags of the superblock.</summary>
    public const ushort FlagAlwaysFragments = 0x0020;
    public const ushort FlagDuplicates = 0x0040;
    public const ushort FlagExport = 0x0080;
    public const ushort FlagNoXattrs = 0x0200;
    public const ushort FlagCompressorOptions = 0x0400;

    /// <summary>From a type of basic inode to its extended form.</summary>
    public const ushort ExtendedInode = 7;

    /// <summary>The most entries below one directory header.</summary>
    public const int MaxRunLength = 256;

    /// <summary>The count of the superblock has 16 bits.</summary>
    public const int MaxIds = ushort.MaxValue;

    /// <summary>Linux's limits on the name and the value of an attribute (limits.h).</summary>
    public const int MaxXattrNameLength = 255;
    public const int MaxXattrValueLength = 65536;

    /// <summary>The maximum that Documentation/filesystems/squashfs.rst gives: 2 TiB.</summary>
    public const long MaxFileSize = 1L << 41;

    /// <summary>A time as the format has it: 32 bits without sign; earlier and later times become the first and the last.</summary>
    public static uint Time(long seconds) => (uint)Math.Clamp(seconds, 0, uint.MaxValue);

    /// <summary>The type of an inode in its basic form.</summary>
    public static ushort BasicType(FileType type) => type switch
    {
        FileType.Directory => 1,
        FileType.RegularFile => 2,
        FileType.SymbolicLink => 3,
        FileType.BlockDevice => 4,
        FileType.CharacterDevice => 5,
        FileType.Fifo => 6,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a file type."),
    };
}
