using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Erofs;

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
