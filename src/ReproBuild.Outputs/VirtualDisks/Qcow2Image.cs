using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.VirtualDisks;

/// <summary>How a qcow2 image is written. There is nothing to choose yet.</summary>
public sealed class Qcow2Options;

/// <summary>A disk in QEMU's copy-on-write format, version 3, uncompressed: what is a hole in the disk takes no space.</summary>
/// <remarks>
/// QEMU, docs/interop/qcow2.txt. Clusters have 64 KiB and come in the order header, reference counts, first-level table, second-level
/// tables, data in the order of the disk.
/// </remarks>
public static class Qcow2Image
{
    private const int SectorSize = 512;

    /// <summary>The largest disk in bytes: 2 PiB, of which the first-level table takes the 32 MiB that QEMU reads at most.</summary>
    internal const long MaxDiskSize = 2L << 50;

    /// <summary>Composes the image; the disk is taken by reference, nothing is read or copied.</summary>
    /// <param name="disk">The disk: a multiple of 512 bytes, up to 2 PiB.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="scratch">Not needed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ArgumentException">The disk is not a multiple of 512 bytes, or larger.</exception>
    public static Task<FileContent> CreateAsync(
        FileContent disk, Qcow2Options? options = null, ScratchSpace? scratch = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(disk);
        return Task.Run(() => Create(disk), cancellationToken);
    }

    internal static FileContent Create(FileContent disk)
    {
        if (disk.Length % SectorSize != 0 || disk.Length > MaxDiskSize)
        {
            throw new ArgumentException(
                $"A disk of {disk.Length} bytes is not a multiple of {SectorSize}, or larger than the {MaxDiskSize} bytes of a qcow2 image.",
                nameof(disk));
        }

        var layout = Qcow2Layout.Measure(disk);
        var image = new FileContentBuilder().Append(Qcow2Structures.Header(layout)).PadTo(Qcow2Layout.ReferenceTableOffset);
        image.Append(Qcow2Structures.ReferenceTable(layout)).PadTo(layout.ReferenceBlocksOffset);
        image.Append(Qcow2Structures.ReferenceBlocks(layout)).PadTo(layout.FirstLevelOffset);
        image.Append(Qcow2Structures.FirstLevelTable(layout)).PadTo(layout.SecondLevelOffset);
        image.Append(Qcow2Structures.SecondLevelTables(layout)).PadTo(layout.DataOffset);
        foreach (var run in layout.Runs)
        {
            image.Append(SparseBlocks.Read(disk, run, Qcow2Layout.ClusterSize));
        }

        return image.PadTo(layout.ClusterCount * Qcow2Layout.ClusterSize).Build();
    }
}
