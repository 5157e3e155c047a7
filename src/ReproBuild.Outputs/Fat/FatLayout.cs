using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Fat.FatConstants;

namespace ReproBuild.Outputs.Fat;

/// <summary>Measures a volume: checks the options, names what it holds, and chooses its geometry.</summary>
internal static class FatLayout
{
    public static FatComposer Create(FileTree tree, FatOptions options, CancellationToken cancellationToken)
    {
        if (options.Size is { } size && (size <= 0 || size % SectorSize != 0 || size > MaxSize))
        {
            throw new ArgumentException($"FatOptions.Size {size} is not a multiple of {SectorSize} between {SectorSize} and {MaxSize}.", nameof(options));
        }

        if (options.Label.Length > FatNames.ShortLength || options.Label.Any(static c => c is < ' ' or > '~' || "\"*+,./:;<=>?[\\]|".Contains(c, StringComparison.Ordinal)))
        {
            throw new ArgumentException($"FatOptions.Label '{options.Label}' is longer than {FatNames.ShortLength} characters or holds one that a label cannot.", nameof(options));
        }

        var directories = tree.Entries.Where(static e => e.Inode.IsDirectory).Prepend(tree.Root).ToDictionary(static d => d, d => FatDirectory.Create(d, options, cancellationToken));
        var sizing = new FatSizing(tree, directories, cancellationToken);
        return new FatComposer(tree, options, Fit(sizing, tree, options), directories);
    }

    private static FatGeometry Fit(FatSizing sizing, FileTree tree, FatOptions options)
    {
        if ((options.Size is { } asked ? sizing.TryFit(asked) : sizing.FitSmallest(SizeStep)) is { } geometry)
        {
            return geometry;
        }

        // From the size that was asked for on: a smaller one that happens to do would make no sense of the error.
        if (options.Size is { } size && sizing.FitSmallest(size) is { } larger)
        {
            throw new OutputFormatException($"the content needs a FAT volume of {larger.TotalSectors * SectorSize} bytes, and there is room for {size}. Give a larger size.");
        }

        var content = tree.Entries.Sum(static e => e.Inode.Content.Length);
        throw new OutputFormatException($"the content of {content} bytes is more than a FAT volume of 2 TiB holds. Make it smaller.");
    }
}
