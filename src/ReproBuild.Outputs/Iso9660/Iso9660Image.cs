using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>An ISO 9660 volume (ECMA-119, level 3) with Rock Ridge, and with Joliet and El Torito where asked for.</summary>
public static class Iso9660Image
{
    /// <summary>Composes the volume; file contents are taken by reference, nothing is read or copied.</summary>
    /// <remarks>Extended attributes, POSIX ACLs and fractions of times are left out; times are kept from year 1 to 9999.</remarks>
    /// <param name="tree">The tree.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="scratch">Not needed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="OutputFormatException">
    /// The volume cannot hold the tree: a name of more than 255 bytes, a link target that is empty or longer than 4,095, a NUL in either,
    /// a device number over 4095:1048575 or from 0:256 to 0:1048575, two names that Joliet cannot tell apart, a file of more than about 400 GiB,
    /// a subdirectory of a directory beyond number 65,535, more than 8 TiB; or something would be lost, and the options are strict.
    /// </exception>
    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    public static Task<FileContent> CreateAsync(
        FileTree tree, Iso9660Options? options = null, ScratchSpace? scratch = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return Task.Run(() => IsoVolume.Create(tree, options ?? new Iso9660Options(), boot: null, cancellationToken).Content, cancellationToken);
    }
}
