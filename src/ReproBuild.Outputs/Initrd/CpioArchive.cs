using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Initrd;

/// <summary>Composes cpio archives in the "new ASCII" format (<c>070701</c>), which Linux unpacks as its initial root.</summary>
/// <remarks>
/// Entries are in tree order, so parents come first. Inode numbers count up from 1; hard links share one, and their data is with the
/// last name, where GNU cpio, bsdcpio and Linux all take it. Each name of a linked symbolic link carries the target. Times are whole seconds, held to
/// 1970-01-01T00:00:00Z … 2106-02-07T06:28:15Z. Extended attributes are left out: the format has no place for them.
/// </remarks>
public static class CpioArchive
{
    /// <summary>Composes the archive; file contents are taken by reference, nothing is read or copied.</summary>
    /// <exception cref="OutputFormatException">
    /// A file is 4 GiB or larger, a name is longer than 255 bytes, a path than 4,095, a link target is empty or longer than 4,095, a name or a target
    /// has a NUL, or the root has an entry of the name that ends an archive.
    /// </exception>
    public static FileContent Create(FileTree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        CpioLimits.Check(tree);
        var writer = new CpioWriter();
        foreach (var entry in tree.Entries)
        {
            writer.Add(entry);
        }

        return writer.Finish();
    }
}
