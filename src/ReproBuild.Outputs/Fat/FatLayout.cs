using ReproBuild.Core;
using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Fat.FatConstants;

namespace ReproBuild.Outputs.Fat;

/// <summary>A volume that is measured: its geometry, and what it holds.</summary>
internal sealed class FatLayout
{
    private const long SizeStep = 1024 * 1024;
    private const long MaxSize = uint.MaxValue * (long)SectorSize;

    private readonly FileTree _tree;
    private readonly FatOptions _options;
    private readonly Dictionary<FileTreeEntry, FatDirectory> _directories;
    private readonly FatGeometry _geometry;

    private FatLayout(FileTree tree, FatOptions options, Dictionary<FileTreeEntry, FatDirectory> directories)
    {
        (_tree, _options, _directories) = (tree, options, directories);
        _geometry = options.Size is { } size ? Fit(size) : FitSmallest();
    }

    public static FatLayout Create(FileTree tree, FatOptions options)
    {
        if (options.Size is { } size && (size <= 0 || size % SectorSize != 0 || size > MaxSize))
        {
            throw new ArgumentException($"FatOptions.Size {size} is not a multiple of {SectorSize} between {SectorSize} and {MaxSize}.", nameof(options));
        }

        if (options.Label.Length > FatNames.ShortLength || options.Label.Any(static c => c is < ' ' or > '~' || "\"*+,./:;<=>?[\\]|".Contains(c, StringComparison.Ordinal)))
        {
            throw new ArgumentException($"FatOptions.Label '{options.Label}' is longer than {FatNames.ShortLength} characters or holds one that a label cannot.", nameof(options));
        }

        var directories = tree.Entries.Where(static e => e.Inode.IsDirectory).Prepend(tree.Root).ToDictionary(static d => d, d => FatDirectory.Create(d, options));
        return new FatLayout(tree, options, directories);
    }

    public FatVolume Compose() => new FatComposer(_tree, _options, _geometry, _directories).Compose();

    private int RootEntries => _directories[_tree.Root].EntryCount;

    private FatGeometry Fit(long size) =>
        TryFit(size) ?? throw TooSmall(size, FitSmallest().TotalSectors * SectorSize);

    private FatGeometry FitSmallest()
    {
        var content = _tree.Entries.Sum(static e => e.Inode.Content.Length);
        for (var size = Math.Max(SizeStep, content / SizeStep * SizeStep); size <= MaxSize; size += Math.Max(SizeStep, size / 256 / SizeStep * SizeStep))
        {
            if (TryFit(size) is { } geometry)
            {
                return geometry;
            }
        }

        throw new OutputFormatException(_options.FormatName, $"the content of {content} bytes is more than a FAT volume of 2 TiB holds. Make it smaller.");
    }

    private FatGeometry? TryFit(long size) =>
        FatGeometry.Choose(size / SectorSize, RootEntries) is { } geometry && NeededClusters(geometry) <= geometry.ClusterCount ? geometry : null;

    private long NeededClusters(FatGeometry geometry)
    {
        long clusters = 0;
        foreach (var (entry, directory) in _directories)
        {
            clusters += entry == _tree.Root && geometry.Type != FatType.Fat32 ? 0 : FatComposer.Clusters((long)directory.EntryCount * DirectoryEntrySize, geometry, atLeast: 1);
        }

        return clusters + _tree.Entries.Sum(e => FatComposer.Clusters(e.Inode.Content.Length, geometry, atLeast: 0));
    }

    private OutputFormatException TooSmall(long size, long needed) =>
        new(_options.FormatName, $"the content needs a FAT volume of {needed} bytes, and there is room for {size}. Give a larger size.");
}
