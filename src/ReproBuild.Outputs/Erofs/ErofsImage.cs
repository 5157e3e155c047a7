using ReproBuild.Core;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Erofs;

/// <summary>Composes EROFS file systems without compression, as LinuxKit's: Linux 5.4 and later mount them.</summary>
/// <remarks>
/// The superblock has the first block. Inodes follow in tree order, each with its extended attributes and the end of its data that fills no
/// block; then the whole blocks of directories and files, in the same order. Holes of files stay holes of the image.
/// </remarks>
public static class ErofsImage
{
    /// <summary>Composes the image; file contents are taken by reference, nothing is read or copied.</summary>
    /// <param name="tree">The root file system.</param>
    /// <param name="options">The options.</param>
    /// <returns>The image: a multiple of 4,096 bytes.</returns>
    /// <exception cref="OutputFormatException">
    /// An entry does not fit: a name over 255 bytes, a link target that is empty or over 4,095 bytes, a device number over 4095:1048575, an
    /// extended attribute without a prefix of the format or too large; or the image is larger than 16 TiB.
    /// </exception>
    public static FileContent Create(FileTree tree, ErofsOptions options)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(options);
        new ErofsLimits(options.FormatName).Check(tree);
        return new ErofsWriter(ErofsLayout.Create(tree, options), options).Compose();
    }
}
