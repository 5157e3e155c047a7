using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Erofs.ErofsConstants;

namespace ReproBuild.Outputs.Erofs;

/// <summary>What a file has become: a block for each of its extents.</summary>
/// <param name="size">The size of the file in bytes.</param>
internal sealed class ErofsCompressedFile(long size)
{
    private readonly List<ErofsExtent> _extents = [];

    /// <summary>The file from its beginning to its end, without a gap.</summary>
    public IReadOnlyList<ErofsExtent> Extents => _extents;

    /// <summary>The size of the file in bytes.</summary>
    public long Size => size;

    /// <summary>The size of the blocks in bytes.</summary>
    public long StoredSize => (long)_extents.Count * BlockSize;

    /// <summary>Whether the file takes less space so, its index included, than whole blocks and a tail after the inode.</summary>
    public bool SavesSpace => StoredSize + ErofsClusterIndex.Measure(size) < size;

    /// <summary>The blocks, when all have been written.</summary>
    public FileContent Blocks { get; private set; } = FileContent.Empty;

    /// <summary>Where the blocks begin in the scratch file; those of a file lie together.</summary>
    private long Start { get; set; }

    public void Append(IReadOnlyList<ErofsExtent> extents, long position)
    {
        Start = _extents.Count == 0 ? position : Start;
        _extents.AddRange(extents);
    }

    public void TakeBlocks(FileContent scratch) => Blocks = scratch.Slice(Start, StoredSize);
}

/// <summary>A run of a compressed file that one block of the image holds (a physical cluster of one block).</summary>
/// <param name="Length">How many bytes of the file it has: at least a block, unless a segment ends in it.</param>
/// <param name="IsPlain">Whether the block holds the bytes as they are.</param>
internal readonly record struct ErofsExtent(int Length, bool IsPlain);
