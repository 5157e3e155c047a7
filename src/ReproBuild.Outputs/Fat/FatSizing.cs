using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Fat.FatConstants;

namespace ReproBuild.Outputs.Fat;

/// <summary>Which volumes hold a tree, and which is the smallest of them.</summary>
internal sealed class FatSizing(FileTree tree, IReadOnlyDictionary<FileTreeEntry, FatDirectory> directories, CancellationToken cancellationToken)
{
    private readonly Dictionary<FatKind, long> _needed = [];

    private int RootEntries => directories[tree.Root].EntryCount;

    /// <summary>The geometry of the size that is asked for, or else the smallest from a size on.</summary>
    /// <exception cref="OutputFormatException">No such volume holds the tree.</exception>
    public FatGeometry Choose(long? asked, long least)
    {
        if ((asked is null ? FitSmallest(least) : TryFit(asked.Value)) is { } geometry)
        {
            return geometry;
        }

        // From the size that was asked for on: a smaller one that happens to do would make no sense of the error.
        if (asked is { } size && FitSmallest(size) is { } larger)
        {
            throw new OutputFormatException(
                $"the content needs a FAT volume of {larger.TotalSectors * SectorSize} bytes, and there is room for {size}. Give a larger size.");
        }

        var content = tree.Entries.Sum(static e => e.Inode.Content.Length);
        throw new OutputFormatException($"the content of {content} bytes is more than a FAT volume of 2 TiB holds. Make it smaller.");
    }

    /// <summary>The preferred geometry of that size that holds the tree, else null.</summary>
    public FatGeometry? TryFit(long size) => FatGeometry.Of(size / SectorSize, RootEntries).FirstOrDefault(g => g.ClusterCount >= NeededClusters(g));

    /// <summary>The smallest multiple of 1 MiB, of at least a size, that holds the tree; null when 2 TiB do not.</summary>
    /// <remarks>
    /// What a volume holds does not always grow with its size: a larger one may be of another type. Within one kind it does, so the
    /// smallest is sought for each kind by itself. Where a kind ends, it ends for good, so a kind whose smallest volume is beyond its end has none.
    /// </remarks>
    private FatGeometry? FitSmallest(long from)
    {
        FatGeometry? smallest = null;
        foreach (var kind in FatKind.All)
        {
            if (SmallestSize(kind, from) is { } size
                && (smallest is null || size < smallest.TotalSectors * SectorSize) && TryFit(size) is { } geometry)
            {
                smallest = geometry;
            }
        }

        return smallest;
    }

    private long? SmallestSize(FatKind kind, long from)
    {
        var (low, end) = (Math.Max(1, (from + SizeStep - 1) / SizeStep), (MaxSize / SizeStep) + 1);
        var high = end;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Holds(kind, middle * SizeStep) ? (low, middle) : (middle + 1, high);
        }

        return low < end ? low * SizeStep : null;
    }

    private bool Holds(FatKind kind, long size) =>
        FatGeometry.TryCreate(kind, size / SectorSize, RootEntries) is { } geometry
        && geometry.ClusterCount >= Math.Max(kind.MinClusters, NeededClusters(geometry));

    private long NeededClusters(FatGeometry geometry)
    {
        if (!_needed.TryGetValue(geometry.Kind, out var clusters))
        {
            cancellationToken.ThrowIfCancellationRequested();
            clusters = geometry.Type == FatType.Fat32 ? DirectoryClusters(directories[tree.Root], geometry) : 0;
            clusters += tree.Entries.Sum(e => e.Inode.IsDirectory
                ? DirectoryClusters(directories[e], geometry)
                : FatComposer.Clusters(e.Inode.Content.Length, geometry, atLeast: 0));
            _needed.Add(geometry.Kind, clusters);
        }

        return clusters;
    }

    private static long DirectoryClusters(FatDirectory directory, FatGeometry geometry) =>
        FatComposer.Clusters((long)directory.EntryCount * DirectoryEntrySize, geometry, atLeast: 1);
}
