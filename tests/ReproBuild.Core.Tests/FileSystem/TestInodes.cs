using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tests.FileSystem;

/// <summary>Inodes for tests of trees.</summary>
internal static class TestInodes
{
    public static Inode Directory(uint uid = 0) => new() { Type = FileType.Directory, Mode = (UnixFileMode)0b111_101_101, UserId = uid };

    public static Inode File(string text = "", UnixFileMode mode = (UnixFileMode)0b110_100_100) =>
        new() { Type = FileType.RegularFile, Mode = mode, Content = FileContent.FromBytes(System.Text.Encoding.UTF8.GetBytes(text)) };

    public static Inode Link(string target) => new() { Type = FileType.SymbolicLink, Mode = (UnixFileMode)0b111_111_111, LinkTarget = target };
}
