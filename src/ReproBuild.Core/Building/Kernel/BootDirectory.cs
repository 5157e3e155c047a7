using System.Text;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Kernel;

/// <summary>What boots a finished root: the files in its <c>boot/</c>, where a later stage may have replaced those of the kernel image.</summary>
internal static class BootDirectory
{
    public const string Path = "boot";
    public const string Kernel = "boot/kernel";
    public const string CommandLine = "boot/cmdline";
    public const string Microcode = "boot/ucode.cpio";

    /// <summary>More than any kernel accepts (COMMAND_LINE_SIZE is at most 4096), so that a wrong file is not read into memory.</summary>
    private const int MaxCommandLineSize = 64 * 1024;

    /// <summary>Null when the root has no kernel.</summary>
    /// <exception cref="RootFileSystemException">The command line is too long.</exception>
    public static KernelFiles? Find(FileTree root) =>
        File(root, Kernel) is { } kernel ? new KernelFiles(kernel, Text(File(root, CommandLine)), File(root, Microcode)) : null;

    private static FileContent? File(FileTree root, string path) =>
        root.Find(path)?.Inode is { Type: FileType.RegularFile } inode ? inode.Content : null;

    private static string Text(FileContent? commandLine)
    {
        if (commandLine is null)
        {
            return "";
        }

        if (commandLine.Length > MaxCommandLineSize)
        {
            throw new RootFileSystemException(
                $"The kernel command line in /{CommandLine} has {commandLine.Length} bytes, more than {MaxCommandLineSize}. " +
                "Shorten it: no kernel takes that much.");
        }

        var bytes = new byte[commandLine.Length];
        commandLine.Read(0, bytes);
        return Encoding.UTF8.GetString(bytes).TrimEnd('\n');
    }
}
