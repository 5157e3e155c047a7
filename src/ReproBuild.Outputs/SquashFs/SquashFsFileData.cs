using static ReproBuild.Outputs.SquashFs.SquashFsConstants;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>Where the content of a file lies. Equal files share one.</summary>
internal sealed class SquashFsFileData(int blockCount)
{
    private readonly uint[] _blockSizes = new uint[blockCount];

    public static SquashFsFileData Empty { get; } = new(0);

    /// <summary>Where the first stored block begins in the image, in bytes; 0 when none is stored.</summary>
    public long Start { get; private set; }

    /// <summary>The stored size of each whole block; 0 for zeros, which are not stored.</summary>
    public ReadOnlySpan<uint> BlockSizes => _blockSizes;

    /// <summary>How many zeros are not stored, in bytes.</summary>
    public long Sparse { get; private set; }

    /// <summary>Where the tail lies, which is shorter than a block.</summary>
    public SquashFsFragment Tail { get; set; } = new(None, 0);

    /// <summary>Notes where a block has been written; a file's blocks are written in order and without a gap.</summary>
    public void Place(int index, long position, uint size)
    {
        Start = Start == 0 ? position : Start;
        _blockSizes[index] = size;
    }

    /// <summary>Leaves a block of zeros out.</summary>
    public void Skip(int blockSize) => Sparse += blockSize;
}

/// <summary>The place of a tail in a fragment block.</summary>
/// <param name="Block">The index of the fragment block, or all ones when there is no tail.</param>
/// <param name="Offset">Where in the uncompressed block.</param>
internal readonly record struct SquashFsFragment(uint Block, uint Offset);
