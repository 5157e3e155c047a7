using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Erofs.ErofsConstants;

namespace ReproBuild.Outputs.Erofs;

/// <summary>An inode of the image: what it is, and where the layout puts it.</summary>
/// <param name="entry">The first name.</param>
/// <param name="number">The inode number that 32-bit programs see; counts from 1.</param>
internal sealed class ErofsNode(FileTreeEntry entry, uint number)
{
    public FileTreeEntry Entry => entry;

    public Inode Inode => entry.Inode;

    public uint Number => number;

    /// <summary>A directory's content; null for every other type.</summary>
    public ErofsDirectory? Directory { get; set; }

    /// <summary>
    /// How many names it has; of a directory, how many directory entries name it: its own, its <c>.</c>, and the <c>..</c> of those in it.
    /// </summary>
    public uint LinkCount => Inode.IsDirectory
        ? 2 + (uint)entry.Children.Count(static child => child.Inode.IsDirectory)
        : (uint)entry.LinkCount;

    public long Size => Inode.Type switch
    {
        FileType.Directory => Directory!.Size,
        FileType.RegularFile => Inode.Content.Length,
        FileType.SymbolicLink => Inode.LinkTarget.Length,
        _ => 0,
    };

    /// <summary>What a file has become that is stored compressed; null for every other.</summary>
    public ErofsCompressedFile? Compressed { get; set; }

    public ErofsDataLayout DataLayout => Compressed is not null ? ErofsDataLayout.CompressedFull
        : TailSize > 0 ? ErofsDataLayout.FlatInline
        : ErofsDataLayout.FlatPlain;

    public int XattrSize { get; } = (int)ErofsXattrs.Measure(ErofsXattrs.Of(entry.Inode));

    public bool IsExtended { get; set; }

    /// <summary>The size of the inode with its extended attributes.</summary>
    public int BodySize => (IsExtended ? ExtendedInodeSize : CompactInodeSize) + XattrSize;

    /// <summary>The size of a compressed file's index with the padding before it; 0 for what is not compressed.</summary>
    public int IndexSize => Compressed is null ? 0 : (-BodySize & (IndexAlignment - 1)) + (int)ErofsClusterIndex.Measure(Size);

    /// <summary>How many bytes at the end of the data follow the body; 0 when the data is in whole blocks or none.</summary>
    public int TailSize { get; set; }

    /// <summary>The size of the data in blocks, in bytes; the last block may not be full.</summary>
    public long BlocksSize => Compressed?.StoredSize ?? Size - TailSize;

    /// <summary>Where the inode begins in the image, in bytes.</summary>
    public long Position { get; set; }

    /// <summary>The number by which directories know it (nid): the metadata area begins with the image.</summary>
    public long Nid => Position / InodeSlotSize;

    /// <summary>The first block of the data that is not in the tail.</summary>
    public uint FirstBlock { get; set; } = NoBlock;
}
