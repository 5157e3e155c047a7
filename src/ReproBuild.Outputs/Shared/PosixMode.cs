using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Shared;

/// <summary>A mode as <c>stat</c> has it (inode(7)): the file type, S_IFMT, above the permission bits.</summary>
internal static class PosixMode
{
    private const int TypeShift = 12;

    public static ushort Of(Inode inode) => (ushort)((TypeBits(inode.Type) << TypeShift) | (int)inode.Mode);

    private static int TypeBits(FileType type) => type switch
    {
        FileType.Fifo => 0x1,
        FileType.CharacterDevice => 0x2,
        FileType.Directory => 0x4,
        FileType.BlockDevice => 0x6,
        FileType.RegularFile => 0x8,
        FileType.SymbolicLink => 0xA,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a file type."),
    };
}
