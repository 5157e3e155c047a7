using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>A SquashFS 4.0 file system: compressed, read-only, mounted by Linux.</summary>
/// <remarks>
/// Owners, modes, hard links, devices, pipes and holes are kept, extended attributes of <c>user.</c>, <c>trusted.</c> and <c>security.</c>, and
/// times in whole seconds from 1970 to 2106. Other attributes, such as POSIX ACLs, are left out, and other times become the nearest of these. The
/// image depends only on the tree and the options, not on how many blocks are compressed at once. Memory: the inodes and names, and two
/// buffers of <see cref="SquashFsOptions.BlockSize"/> for each block that is compressed at once and for three more.
/// </remarks>
public static class SquashFsImage
{
    /// <summary>Compresses the files to scratch space and composes the image, a multiple of 4096 bytes, from that and from its tables.</summary>
    /// <param name="tree">The root file system.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="scratch">Holds the compressed files; the image can be read until it is disposed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="OutputFormatException">
    /// The tree holds what SquashFS or Linux cannot: a name of more than 255 bytes, a link target of none or more than 4095, a device
    /// number over 4095:1048575, a file of more than 2 TiB, an extended attribute that is too long, more than 65,535 different owners;
    /// or something would be lost, and the options are strict.
    /// Thrown before anything is written.
    /// </exception>
    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    /// <exception cref="ReproBuildException">The scratch space cannot be written.</exception>
    public static Task<FileContent> CreateAsync(
        FileTree tree, SquashFsOptions? options, ScratchSpace scratch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(scratch);
        options ??= new SquashFsOptions();
        options.Validate();
        return new SquashFsComposer(tree, options).ComposeAsync(scratch, cancellationToken);
    }
}
