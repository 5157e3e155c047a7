using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;
using static ReproBuild.Outputs.Iso9660.IsoConstants;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>A volume, and where its files lie in it.</summary>
/// <param name="Content">The volume, composed of its structures and of the files by reference.</param>
/// <param name="Layout">Where its files lie.</param>
internal sealed record IsoVolume(FileContent Content, IsoLayout Layout)
{
    private static readonly TreeHoldings Holdings = new("an ISO 9660 volume")
    {
        Time = IsoTime.Hold,
        HoldsAttribute = static _ => false,
    };

    /// <summary>Composes a volume.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="options">The options.</param>
    /// <param name="boot">What it boots from; null for the boot images of the options.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <inheritdoc cref="Iso9660Image.CreateAsync" path="/exception"/>
    public static IsoVolume Create(FileTree tree, Iso9660Options options, IsoBoot? boot = null, CancellationToken cancellationToken = default)
    {
        options.Validate();
        boot ??= IsoBoot.From(options);
        boot.Validate();
        IsoLimits.Check(tree);
        TreeLosses.Report(tree, Holdings, options.Strict, options.Logger);
        return new IsoComposer(tree, options, boot).Compose(cancellationToken);
    }
}

/// <summary>Where the contents of a volume lie, for boot programs that read them without a file system.</summary>
/// <param name="tree">The tree.</param>
/// <param name="sectors">The first sector of each content.</param>
/// <param name="bootSectors">The first sector of each boot image.</param>
/// <param name="length">The length of the volume in bytes, the system area included: a multiple of 2,048.</param>
internal sealed class IsoLayout(FileTree tree, IReadOnlyDictionary<FileContent, uint> sectors, IReadOnlyList<uint> bootSectors, long length)
{
    public long Length => length;

    /// <summary>Where a file's content begins, in bytes: a multiple of 2,048. It lies in one piece.</summary>
    /// <exception cref="KeyNotFoundException">No file that is not empty has that path.</exception>
    public long OffsetOf(ByteString path) => tree.Find(path) is { } entry && sectors.TryGetValue(entry.Inode.Content, out var sector)
        ? (long)sector * SectorSize
        : throw new KeyNotFoundException($"'/{path}' is not a file with content.");

    /// <summary>Where a boot image begins, in bytes: a multiple of 2,048.</summary>
    /// <param name="index">Its place in <see cref="IsoBoot.Images"/>.</param>
    public long OffsetOfBootImage(int index) => (long)bootSectors[index] * SectorSize;
}
