using System.Text;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Conformance;

/// <summary>The inodes of the samples.</summary>
internal static class SampleInodes
{
    private const UnixFileMode DirectoryMode = (UnixFileMode)0b111_101_101;
    private const UnixFileMode FileMode = (UnixFileMode)0b110_100_100;

    private static readonly FileTime Time = new(BuildOptions.LinuxKitEpoch, 123_456_789);

    public static Inode Directory(UnixFileMode mode = DirectoryMode) => new() { Type = FileType.Directory, Mode = mode, ModificationTime = Time };

    public static Inode File(FileContent content, UnixFileMode mode = FileMode, uint owner = 0) => new()
    {
        Type = FileType.RegularFile,
        Mode = mode,
        UserId = owner,
        GroupId = owner,
        ModificationTime = Time,
        Content = content,
    };

    public static Inode Text(string text, UnixFileMode mode = FileMode, uint owner = 0) =>
        File(FileContent.FromBytes(Encoding.UTF8.GetBytes(text)), mode, owner);

    public static Inode SymbolicLink(ByteString target) =>
        new() { Type = FileType.SymbolicLink, Mode = (UnixFileMode)0b111_111_111, ModificationTime = Time, LinkTarget = target };

    public static Inode Special(FileType type, uint major = 0, uint minor = 0) =>
        new() { Type = type, Mode = (UnixFileMode)0b110_000_000, ModificationTime = Time, DeviceMajor = major, DeviceMinor = minor };

    /// <summary>The files that a build puts into <c>boot/</c>.</summary>
    public static void AddKernel(FileTreeBuilder builder, KernelFiles kernel)
    {
        builder.Add("boot", Directory());
        builder.Add("boot/kernel", File(kernel.Kernel));
        builder.Add("boot/cmdline", Text(kernel.CommandLine));
        if (kernel.Microcode is { } microcode)
        {
            builder.Add("boot/ucode.cpio", File(microcode));
        }
    }
}
