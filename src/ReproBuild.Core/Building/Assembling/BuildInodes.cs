using System.Text;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>The inodes that a build makes itself: owned by root, with the build's time.</summary>
internal sealed class BuildInodes(long epoch)
{
    private const int DirectoryMode = 0b111_101_101;
    private const int FileMode = 0b110_100_100;
    private const int LinkMode = 0b111_111_111;

    public FileTime Time { get; } = new(epoch);

    public Inode Directory(int mode = DirectoryMode, uint userId = 0, uint groupId = 0) =>
        new() { Type = FileType.Directory, Mode = mode, UserId = userId, GroupId = groupId, ModificationTime = Time };

    public Inode File(FileContent content, int mode = FileMode, uint userId = 0, uint groupId = 0) => new()
    {
        Type = FileType.RegularFile,
        Mode = mode,
        UserId = userId,
        GroupId = groupId,
        ModificationTime = Time,
        Content = content,
    };

    public Inode TextFile(string text) => File(FileContent.FromBytes(Encoding.UTF8.GetBytes(text)));

    public Inode SymbolicLink(string target, uint userId = 0, uint groupId = 0) => new()
    {
        Type = FileType.SymbolicLink,
        Mode = LinkMode,
        UserId = userId,
        GroupId = groupId,
        ModificationTime = Time,
        LinkTarget = ByteString.FromUtf8(target),
    };

    /// <summary>A copy with the build's time.</summary>
    public Inode Restamp(Inode directory) => directory.WithTime(Time);
}
