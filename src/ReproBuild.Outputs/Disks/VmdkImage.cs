using System.Buffers;
using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Disks.VmdkStructures;

namespace ReproBuild.Outputs.Disks;

/// <summary>A disk as a stream-optimized virtual machine disk (VMDK), which is what an OVA holds.</summary>
public static class VmdkImage
{
    /// <summary>What the size of a disk is a multiple of, in bytes: a grain of 64 KiB, in which the extent counts.</summary>
    public const long GrainSize = VmdkStructures.GrainSize;

    /// <summary>The largest disk in bytes: 62 TiB, as VMware has them.</summary>
    public const long MaxDiskSize = 62L << 40;

    /// <summary>Writes the image: grains of 64 KiB, each compressed by itself; those without data are left out.</summary>
    /// <param name="disk">The disk: a multiple of <see cref="GrainSize"/>, up to <see cref="MaxDiskSize"/>.</param>
    /// <param name="output">A forward-only stream, which stays open.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ArgumentException">
    /// The disk is not a multiple of <see cref="GrainSize"/> (it is not padded: a GUID partition table must end where the disk does), or larger than
    /// <see cref="MaxDiskSize"/>; or an option is out of range.
    /// </exception>
    public static async Task WriteAsync(FileContent disk, Stream output, VmdkOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxParallelism, 1);
        if (disk.Length % GrainSize != 0 || disk.Length > MaxDiskSize)
        {
            throw new ArgumentException($"A disk of {disk.Length} bytes is not a multiple of {GrainSize}, or larger than the {MaxDiskSize} bytes of a VMDK.", nameof(disk));
        }

        var writer = new VmdkWriter(output, disk.Length / SectorSize);
        await writer.WriteStartAsync(options.ContentId, cancellationToken).ConfigureAwait(false);
        var grains = SparseBlocks.Find(disk, VmdkStructures.GrainSize).SelectMany(static run => Numbers(run));
        var parallelism = Math.Min(options.MaxParallelism, MemoryBudget.MaxItems);
        foreach (var batch in grains.Chunk(4 * parallelism))
        {
            await WriteBatchAsync(disk, batch, writer, parallelism, cancellationToken).ConfigureAwait(false);
        }

        await writer.WriteEndAsync(cancellationToken).ConfigureAwait(false);
    }

    private static IEnumerable<long> Numbers(BlockRun run)
    {
        for (var grain = run.First; grain < run.End; grain++)
        {
            yield return grain;
        }
    }

    /// <summary>Compresses several grains at once, then writes them in order.</summary>
    private static async Task WriteBatchAsync(FileContent disk, long[] numbers, VmdkWriter writer, int parallelism, CancellationToken cancellationToken)
    {
        var grains = new VmdkGrain[numbers.Length];
        try
        {
            var limits = new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellationToken };
            await Parallel.ForAsync(0, numbers.Length, limits, (i, _) =>
            {
                grains[i] = VmdkGrain.Compress(disk, numbers[i]);
                return ValueTask.CompletedTask;
            }).ConfigureAwait(false);
            foreach (var grain in grains)
            {
                await writer.WriteGrainAsync(grain, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            foreach (var grain in grains.Where(static g => g.Record is not null))
            {
                ArrayPool<byte>.Shared.Return(grain.Record);
            }
        }
    }
}
