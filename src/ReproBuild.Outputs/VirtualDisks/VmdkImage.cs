using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;
using static ReproBuild.Outputs.VirtualDisks.VmdkStructures;

namespace ReproBuild.Outputs.VirtualDisks;

/// <summary>How a virtual machine disk (VMDK) is written.</summary>
public sealed class VmdkOptions
{
    /// <summary>The content id (CID); 0xffffffff means none and 0xfffffffe is reserved.</summary>
    public required uint ContentId { get; init; }

    /// <summary>How many threads compress, at most 32 of them; it never shows in the bytes.</summary>
    /// <value>Default 1. At least 1.</value>
    public int MaxParallelism { get; init; } = 1;

    /// <summary>How much time is taken to make grains smaller.</summary>
    /// <value>Default <see cref="CompressionEffort.Default"/>.</value>
    public CompressionEffort Effort { get; init; } = CompressionEffort.Default;

    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    internal void Validate()
    {
        if (MaxParallelism < 1)
        {
            throw new InvalidOptionException("VmdkOptions.MaxParallelism", $"VmdkOptions.MaxParallelism {MaxParallelism} is less than 1.");
        }

        if (!Enum.IsDefined(Effort))
        {
            throw new InvalidOptionException("VmdkOptions.Effort", $"VmdkOptions.Effort {Effort} is not known.");
        }
    }
}

/// <summary>A disk as a stream-optimized virtual machine disk (VMDK), which is what an OVA holds.</summary>
/// <remarks>Grains of 64 KiB, each compressed by itself; those without data are left out.</remarks>
public static class VmdkImage
{
    /// <summary>What the size of a disk is a multiple of, in bytes: a grain of 64 KiB, in which the extent counts.</summary>
    internal const long GrainSize = VmdkStructures.GrainSize;

    /// <summary>The largest disk in bytes: 62 TiB, as VMware has them.</summary>
    internal const long MaxDiskSize = 62L << 40;

    /// <summary>Compresses the disk to scratch space.</summary>
    /// <param name="disk">The disk: a multiple of 65,536 bytes, up to 62 TiB.</param>
    /// <param name="options">The options.</param>
    /// <param name="scratch">Holds the image, which can be read until it is disposed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ArgumentException">
    /// The disk is not a multiple of 65,536 bytes (it is not padded: a GUID partition table must end where the disk does), or larger than 62 TiB.
    /// </exception>
    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    /// <exception cref="ReproBuildException">The scratch space cannot be written.</exception>
    public static Task<FileContent> CreateAsync(
        FileContent disk, VmdkOptions options, ScratchSpace scratch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(scratch);
        return scratch.CreateAsync((output, token) => WriteAsync(disk, output, options, token), cancellationToken);
    }

    /// <summary>Writes the image to a forward-only stream, without scratch space.</summary>
    internal static async Task WriteAsync(FileContent disk, Stream output, VmdkOptions options, CancellationToken cancellationToken)
    {
        options.Validate();
        if (disk.Length % GrainSize != 0 || disk.Length > MaxDiskSize)
        {
            throw new ArgumentException(
                $"A disk of {disk.Length} bytes is not a multiple of {GrainSize}, or larger than the {MaxDiskSize} bytes of a VMDK.", nameof(disk));
        }

        var writer = new VmdkWriter(output, disk.Length / SectorSize);
        await writer.WriteStartAsync(options.ContentId, cancellationToken).ConfigureAwait(false);
        await WriteGrainsAsync(disk, writer, options, cancellationToken).ConfigureAwait(false);
        await writer.WriteEndAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Compresses several grains at once, and writes them in order.</summary>
    private static async Task WriteGrainsAsync(FileContent disk, VmdkWriter writer, VmdkOptions options, CancellationToken cancellationToken)
    {
        using var pipeline = new OrderedPipeline<VmdkGrain>(
            () => new VmdkGrain(disk, options.Effort),
            static grain => grain.Compress(),
            MemoryBudget.MaxAtOnce(options.MaxParallelism, VmdkGrain.BufferSize));
        foreach (var number in SparseBlocks.Find(disk, VmdkStructures.GrainSize).SelectMany(Numbers))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (pipeline.IsFull)
            {
                await WriteNextAsync().ConfigureAwait(false);
            }

            var grain = pipeline.Rent();
            grain.Number = number;
            pipeline.Start(grain);
        }

        while (!pipeline.IsEmpty)
        {
            await WriteNextAsync().ConfigureAwait(false);
        }

        async ValueTask WriteNextAsync()
        {
            var grain = await pipeline.TakeAsync().ConfigureAwait(false);
            await writer.WriteGrainAsync(grain.Number, grain.Record, cancellationToken).ConfigureAwait(false);
            pipeline.Recycle(grain);
        }
    }

    private static IEnumerable<long> Numbers(BlockRun run)
    {
        for (var grain = run.First; grain < run.End; grain++)
        {
            yield return grain;
        }
    }
}
