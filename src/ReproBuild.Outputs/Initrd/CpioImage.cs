using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Initrd;

/// <summary>How a cpio archive is written. There is nothing to choose yet.</summary>
public sealed class CpioOptions;

/// <summary>A cpio archive in the "new ASCII" format (<c>070701</c>), which Linux unpacks as its initial root.</summary>
/// <remarks>
/// Entries are in tree order, so parents come first. Inode numbers count up from 1; hard links share one, and their data is with the
/// last name, where GNU cpio, bsdcpio and Linux all take it. Each name of a linked symbolic link carries the target. Times are whole seconds, held to
/// 1970-01-01T00:00:00Z … 2106-02-07T06:28:15Z. Extended attributes are left out: the format has no place for them.
/// </remarks>
public static class CpioImage
{
    /// <summary>Composes the archive; file contents are taken by reference, nothing is read or copied.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="scratch">Not needed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="OutputFormatException">
    /// A file is 4 GiB or larger, a name is longer than 255 bytes, a path than 4,095, a link target is empty or longer than 4,095, a name or a target
    /// has a NUL, or the root has an entry of the name that ends an archive.
    /// </exception>
    public static Task<FileContent> CreateAsync(
        FileTree tree, CpioOptions? options = null, ScratchSpace? scratch = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return Task.Run(() => Create(tree), cancellationToken);
    }

    internal static FileContent Create(FileTree tree)
    {
        CpioLimits.Check(tree);
        var writer = new CpioWriter();
        foreach (var entry in tree.Entries)
        {
            writer.Add(entry);
        }

        return writer.Finish();
    }
}
