using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Fat;

/// <summary>A volume, and where its files lie in it.</summary>
/// <param name="content">The volume, composed of its structures and of the files by reference.</param>
/// <param name="type">Which a partition's type tells.</param>
/// <param name="offsets">Where the content of each file begins.</param>
internal sealed class FatVolume(FileContent content, FatType type, IReadOnlyDictionary<ByteString, long> offsets)
{
    private static readonly TreeHoldings Holdings = new("FAT")
    {
        Time = FatStructures.Hold,
        HoldsAttribute = static _ => false,
        HasOwners = false,
        HasHardLinks = false,
    };

    public FileContent Content => content;

    public FatType Type => type;

    /// <inheritdoc cref="FatImage.CreateAsync"/>
    public static FatVolume Create(FileTree tree, FatOptions options, CancellationToken cancellationToken = default)
    {
        options.Validate();
        TreeLosses.Report(tree, Holdings, options.Strict, options.Logger);
        var directories = tree.Entries.Where(static e => e.Inode.IsDirectory).Prepend(tree.Root)
            .ToDictionary(static d => d, d => FatDirectory.Create(d, options, cancellationToken));
        var sizing = new FatSizing(tree, directories, cancellationToken);
        return new FatComposer(tree, options, sizing.Choose(options.Size, options.MinSize), directories).Compose(cancellationToken);
    }

    /// <summary>Where a file's content begins in the volume, in bytes, for boot programs that read it without a file system.</summary>
    /// <exception cref="KeyNotFoundException">No file of the volume has that path.</exception>
    public long OffsetOf(ByteString path) => offsets[path];
}
