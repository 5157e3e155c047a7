using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Pieces;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Initrd;

/// <summary>How a cpio archive is written.</summary>
public sealed class CpioOptions
{
    /// <summary>
    /// Whether what a cpio archive has no place for is an error. Else it is left out or changed, with a warning to
    /// <see cref="Logger"/>; docs/formats.md tells what that is.
    /// </summary>
    /// <value>Default false.</value>
    public bool Strict { get; init; }

    /// <summary>Gets a warning of what is left out or changed, with the path.</summary>
    /// <value>Default null: nothing is told.</value>
    public ILogger? Logger { get; init; }
}

/// <summary>A cpio archive in the "new ASCII" format (<c>070701</c>), which Linux unpacks as its initial root.</summary>
/// <remarks>
/// Entries are in tree order, so parents come first. Only inodes with several names have a number, which their first name gives: so an entry is the
/// same whatever else the archive holds. The data of hard links is with the last name, where GNU cpio, bsdcpio and Linux all take it. Each name of a
/// linked symbolic link carries the target. Times are whole seconds, held to 1970-01-01T00:00:00Z … 2106-02-07T06:28:15Z. Extended attributes are
/// left out: the format has no place for them.
/// </remarks>
public static class CpioImage
{
    private static readonly TreeHoldings Holdings = new("a cpio archive")
    {
        Time = TreeHoldings.UnsignedSeconds,
        HoldsAttribute = static _ => false,
    };

    /// <summary>Composes the archive; file contents are taken by reference, nothing is read or copied.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="scratch">Not needed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="OutputFormatException">
    /// A file is 4 GiB or larger, a name is longer than 255 bytes, a path than 4,095, a link target is empty or longer than 4,095, a name or a target
    /// has a NUL, a device number is over 4095:1048575, or the root has an entry of the name that ends an archive; or something would be lost,
    /// and the options are strict.
    /// </exception>
    public static Task<FileContent> CreateAsync(
        FileTree tree, CpioOptions? options = null, ScratchSpace? scratch = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return Task.Run(() => Create(tree, options), cancellationToken);
    }

    internal static FileContent Create(FileTree tree, CpioOptions? options = null) => ContentPiece.Join(CreatePieces(tree, options));

    /// <summary>The archive in pieces, each to be compressed on its own.</summary>
    internal static ImmutableArray<ContentPiece> CreatePieces(FileTree tree, CpioOptions? options)
    {
        CpioLimits.Check(tree);
        TreeLosses.Report(tree, Holdings, options?.Strict ?? false, options?.Logger);
        using var writer = new CpioWriter();
        foreach (var entry in tree.Entries)
        {
            writer.Add(entry);
        }

        return writer.Finish();
    }
}

/// <summary>Finds what a cpio archive cannot hold, or what Linux would not unpack.</summary>
internal static class CpioLimits
{
    /// <exception cref="OutputFormatException">An entry does not fit; the message names it and the limit.</exception>
    public static void Check(FileTree tree)
    {
        LinuxLimits.Check(tree);
        foreach (var entry in tree.Entries)
        {
            CheckName(entry);
            if (entry.Inode.Content.Length > CpioConstants.MaxFileSize)
            {
                throw Error(entry,
                    $"has {entry.Inode.Content.Length} bytes; a file in a cpio archive has at most {CpioConstants.MaxFileSize}. " +
                    "Leave it out, or choose a format whose root is a file system, such as kernel+squashfs.");
            }
        }
    }

    private static void CheckName(FileTreeEntry entry)
    {
        if (entry.PathLength == entry.Name.Length && entry.Name.Span.SequenceEqual(CpioConstants.TrailerName))
        {
            throw Error(entry, "is the name that ends a cpio archive. Rename the file.");
        }
    }

    private static OutputFormatException Error(FileTreeEntry entry, string problem) => new($"'{entry.Path.Shown()}' {problem}");
}
