using System.Text;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>The inodes that a build makes itself: owned by root, with the build's time.</summary>
internal sealed class BuildInodes(long epoch)
{
    public FileTime Time { get; } = new(epoch);

    public Inode Directory(UnixFileMode mode = Inode.DefaultDirectoryMode) => Inode.Directory(mode, Time);

    public Inode File(FileContent content, UnixFileMode mode = Inode.DefaultFileMode) => Inode.File(content.Counted(), mode, Time);

    public Inode TextFile(string text) => File(FileContent.FromBytes(Encoding.UTF8.GetBytes(text)));

    public Inode SymbolicLink(string target) => Inode.SymbolicLink(ByteString.FromUtf8(target), Time);
}
