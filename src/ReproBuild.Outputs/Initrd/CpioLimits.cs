using ReproBuild.Core;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Initrd;

/// <summary>Finds what a cpio archive cannot hold.</summary>
internal static class CpioLimits
{
    private const string Format = "cpio";

    /// <exception cref="OutputFormatException">An entry does not fit; the message names it and the limit.</exception>
    public static void Check(FileTree tree)
    {
        foreach (var entry in tree.Entries)
        {
            CheckName(entry);
            if (entry.Inode.Content.Length > CpioConstants.MaxFileSize)
            {
                throw new OutputFormatException(Format,
                    $"'{entry.Path}' has {entry.Inode.Content.Length} bytes; a file in a cpio archive has at most {CpioConstants.MaxFileSize}. " +
                    "Leave it out, or choose a format whose root is a file system, such as kernel+squashfs.");
            }
        }
    }

    private static void CheckName(FileTreeEntry entry)
    {
        if (entry.Path.Length >= CpioConstants.MaxNameSize)
        {
            throw new OutputFormatException(Format,
                $"'{entry.Path}' is {entry.Path.Length} bytes long; Linux skips names of more than {CpioConstants.MaxNameSize - 1}. Shorten the path.");
        }

        if (entry.Inode.LinkTarget.Length >= CpioConstants.MaxNameSize)
        {
            throw new OutputFormatException(Format,
                $"the target of the symbolic link '{entry.Path}' is {entry.Inode.LinkTarget.Length} bytes long; " +
                $"Linux skips targets of more than {CpioConstants.MaxNameSize - 1}. Shorten it.");
        }

        if (entry.Path.Span.SequenceEqual(CpioConstants.TrailerName))
        {
            throw new OutputFormatException(Format, $"'{entry.Path}' is the name that ends a cpio archive. Rename the file.");
        }
    }
}
