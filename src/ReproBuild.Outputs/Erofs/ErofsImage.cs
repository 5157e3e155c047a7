using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Erofs;

/// <summary>An EROFS file system, without compression as LinuxKit's, or with LZ4: Linux 5.4 and later mount both.</summary>
/// <remarks>
/// The superblock has the first block. Inodes follow in tree order, each with its extended attributes and the end of its data that fills no
/// block, or the index of its compressed data; then the whole blocks of directories and files, in the same order. Holes of files that are not
/// compressed stay holes of the image. Extended attributes other than <c>user.</c>, <c>trusted.</c>, <c>security.</c> and POSIX ACLs are left out;
/// everything else of a tree is kept. The image depends only on the tree and the options, not on how much is compressed at once.
/// </remarks>
public static class ErofsImage
{
    private static readonly TreeHoldings Holdings = new("EROFS") { HoldsAttribute = ErofsXattrs.Holds };

    /// <summary>
    /// Composes the image, a multiple of 4,096 bytes. Files are compressed to scratch space if the options ask for it; else they are taken by
    /// reference, and nothing is read or copied.
    /// </summary>
    /// <remarks>
    /// Memory: the inodes and names, 16 bytes for each 4,096 of compressed files, and 4 MiB for each part of a file that is compressed at once
    /// and for one more.
    /// </remarks>
    /// <param name="tree">The root file system.</param>
    /// <param name="options">The options.</param>
    /// <param name="scratch">Holds the compressed files; the image can be read until it is disposed. Not needed without compression.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="OutputFormatException">
    /// An entry does not fit: a name over 255 bytes, a link target that is empty or over 4,095 bytes, a device number over 4095:1048575, an
    /// extended attribute that is too large; or the image is larger than 16 TiB; or something would be lost, and the options are strict.
    /// </exception>
    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    /// <exception cref="ArgumentNullException">The options ask for compression, and there is no scratch space.</exception>
    /// <exception cref="ReproBuildException">The scratch space cannot be written.</exception>
    public static Task<FileContent> CreateAsync(
        FileTree tree, ErofsOptions options, ScratchSpace? scratch = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Compression == ErofsCompression.None)
        {
            return Task.Run(() => Create(tree, options), cancellationToken);
        }

        ArgumentNullException.ThrowIfNull(scratch);
        return CompressAsync(tree, options, scratch, cancellationToken);
    }

    /// <summary>Composes an image without compression.</summary>
    internal static FileContent Create(FileTree tree, ErofsOptions options)
    {
        Check(tree, options);
        return Compose(tree, options, new Dictionary<Inode, ErofsCompressedFile>());
    }

    private static async Task<FileContent> CompressAsync(
        FileTree tree, ErofsOptions options, ScratchSpace scratch, CancellationToken cancellationToken)
    {
        Check(tree, options);
        return Compose(tree, options, await ErofsCompressor.CompressAsync(tree, options, scratch, cancellationToken).ConfigureAwait(false));
    }

    private static void Check(FileTree tree, ErofsOptions options)
    {
        options.Validate();
        ErofsLimits.Check(tree);
        TreeLosses.Report(tree, Holdings, options.Strict, options.Logger);
    }

    private static FileContent Compose(FileTree tree, ErofsOptions options, IReadOnlyDictionary<Inode, ErofsCompressedFile> compressed) =>
        new ErofsWriter(ErofsLayout.Create(tree, options, compressed), options).Compose();
}
