using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Initrd;

/// <summary>Finds what a cpio archive cannot hold, or what Linux would not unpack.</summary>
internal static class CpioLimits
{
    /// <exception cref="OutputFormatException">An entry does not fit; the message names it and the limit.</exception>
    public static void Check(FileTree tree)
    {
        TreeNames.Check(tree);
        foreach (var entry in tree.Entries)
        {
            CheckPath(entry);
            if (entry.Inode.Content.Length > CpioConstants.MaxFileSize)
            {
                throw Error(entry,
                    $"has {entry.Inode.Content.Length} bytes; a file in a cpio archive has at most {CpioConstants.MaxFileSize}. " +
                    "Leave it out, or choose a format whose root is a file system, such as kernel+squashfs.");
            }
        }
    }

    private static void CheckPath(FileTreeEntry entry)
    {
        if (entry.Path.Length >= CpioConstants.MaxNameSize)
        {
            throw Error(entry, $"is {entry.Path.Length} bytes long; Linux skips names of more than {CpioConstants.MaxNameSize - 1}. Shorten the path.");
        }

        if (entry.Path.Span.SequenceEqual(CpioConstants.TrailerName))
        {
            throw Error(entry, "is the name that ends a cpio archive. Rename the file.");
        }
    }

    private static OutputFormatException Error(FileTreeEntry entry, string problem) => new($"'{entry.Path}' {problem}");
}
