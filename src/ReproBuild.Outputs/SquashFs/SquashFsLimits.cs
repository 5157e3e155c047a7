using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;
using static ReproBuild.Outputs.SquashFs.SquashFsConstants;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>Finds what an image cannot hold, or what Linux would not read back.</summary>
internal static class SquashFsLimits
{
    /// <exception cref="OutputFormatException">An entry does not fit; the message names it and the limit.</exception>
    public static void Check(FileTree tree)
    {
        LinuxLimits.Check(tree);
        CheckAttributes(tree.Root);
        foreach (var entry in tree.Entries)
        {
            CheckEntry(entry);
            CheckAttributes(entry);
        }
    }

    private static void CheckEntry(FileTreeEntry entry)
    {
        var inode = entry.Inode;
        if (inode.Content.Length > MaxFileSize)
        {
            throw Error(entry, $"has {inode.Content.Length} bytes; a file has at most {MaxFileSize}. Make it smaller or leave it out.");
        }
    }

    private static void CheckAttributes(FileTreeEntry entry)
    {
        foreach (var (name, value) in entry.Inode.ExtendedAttributes.Where(static attribute => SquashFsXattrTable.Holds(attribute.Name)))
        {
            if (name.Length > MaxXattrNameLength || value.Length > MaxXattrValueLength)
            {
                throw Error(entry,
                    $"has the extended attribute '{name}' with a name of {name.Length} and a value of {value.Length} bytes; " +
                    $"Linux reads at most {MaxXattrNameLength} and {MaxXattrValueLength}. Shorten it.");
            }
        }
    }

    private static OutputFormatException Error(FileTreeEntry entry, string problem) => new($"'/{entry.Path.Shown()}' {problem}");
}
