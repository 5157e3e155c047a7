using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.VirtualDisks;

/// <summary>A run of equal-sized blocks of a disk that hold data.</summary>
/// <param name="First">The number of the first block.</param>
/// <param name="Count">How many blocks.</param>
internal readonly record struct BlockRun(long First, long Count)
{
    public long End => First + Count;
}

/// <summary>Which blocks of a disk hold data. It follows from the disk's holes; nothing is read.</summary>
internal static class SparseBlocks
{
    /// <summary>The runs of blocks that hold data, in order, with gaps between them.</summary>
    public static List<BlockRun> Find(FileContent disk, int blockSize)
    {
        var runs = new List<BlockRun>();
        foreach (var extent in disk.Extents)
        {
            var first = extent.Offset / blockSize;
            var end = (extent.Offset + extent.Length + blockSize - 1) / blockSize;
            if (runs.Count > 0 && runs[^1].End >= first)
            {
                runs[^1] = runs[^1] with { Count = Math.Max(end, runs[^1].End) - runs[^1].First };
            }
            else
            {
                runs.Add(new BlockRun(first, end - first));
            }
        }

        return runs;
    }

    /// <summary>The content of a run, the last block of the disk filled up with zeros.</summary>
    public static FileContent Read(FileContent disk, BlockRun run, int blockSize)
    {
        var offset = run.First * blockSize;
        var length = run.Count * blockSize;
        return new FileContentBuilder().Append(disk.Slice(offset, Math.Min(length, disk.Length - offset))).PadTo(length).Build();
    }
}
