using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;
using static ReproBuild.Outputs.Erofs.ErofsConstants;

namespace ReproBuild.Outputs.Erofs;

/// <summary>Finds what an image cannot hold, or what Linux would not read back.</summary>
internal static class ErofsLimits
{
    /// <exception cref="OutputFormatException">An entry does not fit; the message names it and the limit.</exception>
    public static void Check(FileTree tree)
    {
        LinuxLimits.Check(tree);
        CheckAttributes(tree.Root);
        foreach (var entry in tree.Entries)
        {
            CheckAttributes(entry);
        }
    }

    /// <summary>Checks where the data of an entry ends; its blocks have 32-bit addresses.</summary>
    /// <exception cref="OutputFormatException">The image has grown too large.</exception>
    public static void CheckImageSize(FileTreeEntry entry, long size)
    {
        if (size > MaxImageSize)
        {
            throw Error(entry,
                $"does not fit: the image would be larger than {MaxImageSize} bytes. " +
                "Leave out large files, such as sparse disk images.");
        }
    }

    private static void CheckAttributes(FileTreeEntry entry)
    {
        var attributes = ErofsXattrs.Of(entry.Inode);
        foreach (var (name, value) in attributes)
        {
            if (name.Length > MaxXattrNameLength || value.Length > MaxXattrValueLength)
            {
                throw Error(entry,
                    $"has the extended attribute '{name}' with a name of {name.Length} and a value of {value.Length} bytes; " +
                    $"EROFS holds at most {MaxXattrNameLength} and {MaxXattrValueLength}. Shorten it.");
            }
        }

        var size = ErofsXattrs.Measure(attributes);
        if (size > MaxXattrSize)
        {
            throw Error(entry, $"has extended attributes of {size} bytes; a file has at most {MaxXattrSize}. Remove some.");
        }
    }

    private static OutputFormatException Error(FileTreeEntry entry, string problem) => new($"'/{entry.Path.Shown()}' {problem}");
}
