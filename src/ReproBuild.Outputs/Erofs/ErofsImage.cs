using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Erofs;

/// <summary>Composes EROFS file systems, without compression as LinuxKit's, or with LZ4: Linux 5.4 and later mount both.</summary>
/// <remarks>
/// The superblock has the first block. Inodes follow in tree order, each with its extended attributes and the end of its data that fills no
/// block, or the index of its compressed data; then the whole blocks of directories and files, in the same order. Holes of files that are not
/// compressed stay holes of the image. The image depends on the tree and the options alone, not on how much is compressed at once.
/// </remarks>
public static class ErofsImage
{
    /// <summary>Composes an image without compression; file contents are taken by reference, nothing is read or copied.</summary>
    /// <param name="tree">The root file system.</param>
    /// <param name="options">The options, without compression.</param>
    /// <returns>The image: a multiple of 4,096 bytes.</returns>
    /// <exception cref="OutputFormatException">
    /// An entry does not fit: a name over 255 bytes, a link target that is empty or over 4,095 bytes, a device number over 4095:1048575, an
    /// extended attribute without a prefix of the format or too large; or the image is larger than 16 TiB.
    /// </exception>
    /// <exception cref="ArgumentException">An option is out of range, or the options ask for compression.</exception>
    public static FileContent Create(FileTree tree, ErofsOptions options)
    {
        Check(tree, options);
        if (options.Compression != ErofsCompression.None)
        {
            throw new ArgumentException(
                $"ErofsOptions.Compression {options.Compression} needs scratch space. Call {nameof(ErofsImage)}.{nameof(CreateAsync)}.", nameof(options));
        }

        return Compose(tree, options, new Dictionary<Inode, ErofsCompressedFile>());
    }

    /// <summary>Compresses the files to scratch space, if the options ask for it, and composes the image.</summary>
    /// <remarks>
    /// Memory: the inodes and names, 16 bytes for each 4,096 of compressed files, and 4 MiB for each part of a file that is compressed at once
    /// and for one more.
    /// </remarks>
    /// <param name="tree">The root file system.</param>
    /// <param name="options">The options.</param>
    /// <param name="scratch">Holds the compressed files; the image can be read until it is disposed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The image: a multiple of 4,096 bytes.</returns>
    /// <exception cref="OutputFormatException">As <see cref="Create"/>.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="ReproBuildException">The scratch space cannot be written.</exception>
    public static async Task<FileContent> CreateAsync(
        FileTree tree, ErofsOptions options, ScratchSpace scratch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scratch);
        Check(tree, options);
        if (options.Compression == ErofsCompression.None)
        {
            return Create(tree, options);
        }

        return Compose(tree, options, await ErofsCompressor.CompressAsync(tree, options, scratch, cancellationToken).ConfigureAwait(false));
    }

    private static void Check(FileTree tree, ErofsOptions options)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        ErofsLimits.Check(tree);
    }

    private static FileContent Compose(FileTree tree, ErofsOptions options, IReadOnlyDictionary<Inode, ErofsCompressedFile> compressed) =>
        new ErofsWriter(ErofsLayout.Create(tree, options, compressed), options).Compose();
}
