using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Erofs;

/// <summary>The codes of file types.</summary>
internal static class ErofsMode
{
    private const int TypeShift = 12;

    /// <summary>i_mode: S_IFMT and the permission bits, as stat(2) has them.</summary>
    public static ushort Of(Inode inode) => (ushort)((TypeBits(inode.Type) << TypeShift) | inode.Mode);

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

    private static int TypeBits(FileType type) => type switch
    {
        FileType.Fifo => 0x1,
        FileType.CharacterDevice => 0x2,
        FileType.Directory => 0x4,
        FileType.BlockDevice => 0x6,
        FileType.RegularFile => 0x8,
        FileType.SymbolicLink => 0xa,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a file type."),
    };
}
