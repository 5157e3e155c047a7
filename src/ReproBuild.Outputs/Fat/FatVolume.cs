using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Fat;

/// <summary>A FAT12, FAT16 or FAT32 volume; the type follows from the size, as firmware computes it.</summary>
public sealed class FatVolume
{
    private readonly IReadOnlyDictionary<ByteString, long> _offsets;

    internal FatVolume(FileContent content, FatType type, IReadOnlyDictionary<ByteString, long> offsets) =>
        (Content, IsFat12, IsFat32, _offsets) = (content, type == FatType.Fat12, type == FatType.Fat32, offsets);

    /// <summary>The volume, composed of its structures and of the files by reference.</summary>
    public FileContent Content { get; }

    /// <summary>Whether it is FAT12, which a partition's type tells.</summary>
    public bool IsFat12 { get; }

    /// <summary>Whether it is FAT32, which a partition's type tells.</summary>
    public bool IsFat32 { get; }

    /// <summary>Lays out a volume. Files lie in one run of clusters each; owners, modes and extended attributes are not kept.</summary>
    /// <param name="tree">Directories and regular files only; hard links become files of their own.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="OutputFormatException">
    /// The tree holds what FAT cannot: another type of file, a name that is not UTF-8, too long or equal to another but for its case, a file of
    /// 4 GiB or more; or the volume is too small.
    /// </exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    public static FatVolume Create(FileTree tree, FatOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(options);
        return FatLayout.Create(tree, options, cancellationToken).Compose(cancellationToken);
    }

    /// <summary>Where a file's content begins in the volume, in bytes, for boot programs that read it without a file system.</summary>
    /// <exception cref="KeyNotFoundException">No file of the volume has that path.</exception>
    public long OffsetOf(ByteString path) => _offsets[path];
}
