using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Fat;

/// <summary>The names of one directory, each with its short name.</summary>
internal sealed class FatDirectory
{
    private FatDirectory(FileTreeEntry entry, FatName[] names, int fixedEntries)
    {
        (Entry, Names) = (entry, names);
        EntryCount = fixedEntries + names.Sum(static n => n.EntryCount);
    }

    public FileTreeEntry Entry { get; }

    public IReadOnlyList<FatName> Names { get; }

    /// <summary>How many 32-byte entries it takes, with <c>.</c> and <c>..</c> or the label.</summary>
    public int EntryCount { get; }

    /// <summary>Names the entries of a directory.</summary>
    /// <exception cref="OutputFormatException">FAT cannot hold one of them.</exception>
    public static FatDirectory Create(FileTreeEntry directory, FatOptions options, CancellationToken cancellationToken)
    {
        var texts = directory.Children.Select(Decode).ToArray();
        CheckCollisions(directory, texts);
        var names = Name(directory, texts, cancellationToken);
        var isRoot = directory.Path.IsEmpty;
        var result = new FatDirectory(directory, names, isRoot ? (options.Label.Length > 0 ? 1 : 0) : 2);
        return result.EntryCount <= FatConstants.MaxDirectoryEntries
            ? result
            : throw Error(directory, $"the directory needs {result.EntryCount} entries, and FAT has at most {FatConstants.MaxDirectoryEntries}");
    }

    private static FatName[] Name(FileTreeEntry directory, string[] texts, CancellationToken cancellationToken)
    {
        var shortNames = new FatShortNames();
        foreach (var text in texts)
        {
            shortNames.Reserve(text);
        }

        var names = new FatName[texts.Length];
        for (var i = 0; i < names.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            names[i] = FatNames.TryShort(texts[i]) is { } exact
                ? new FatName(directory.Children[i], exact, null)
                : new FatName(directory.Children[i], shortNames.Make(texts[i]), texts[i]);
        }

        return names;
    }

    private static string Decode(FileTreeEntry child)
    {
        var problem = child.Inode.Type switch
        {
            FileType.Directory => "",
            FileType.RegularFile => child.Inode.Content.Length <= FatConstants.MaxFileSize ? ""
                : $"the file has {child.Inode.Content.Length} bytes, and FAT holds at most {FatConstants.MaxFileSize}",
            _ => "FAT holds only directories and regular files",
        };
        var text = problem.Length == 0 ? FatNames.TryDecode(child.Name, out problem) : null;
        return text ?? throw Error(child, problem);
    }

    private static void CheckCollisions(FileTreeEntry directory, string[] texts)
    {
        var folded = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < texts.Length; i++)
        {
            if (!folded.TryAdd(FatNames.Fold(texts[i]), texts[i]))
            {
                throw Error(directory.Children[i], $"FAT ignores case, and '{folded[FatNames.Fold(texts[i])]}' is in the same directory");
            }
        }
    }

    private static OutputFormatException Error(FileTreeEntry entry, string problem) =>
        new($"'/{entry.Path.Shown()}' cannot be written to a FAT volume: {problem}. Rename or remove it.");
}

/// <summary>One name of a directory.</summary>
/// <param name="Entry">What it names.</param>
/// <param name="Short">The short name, 11 bytes.</param>
/// <param name="Long">The long name, or null when the short one says it all.</param>
internal sealed record FatName(FileTreeEntry Entry, byte[] Short, string? Long)
{
    public int EntryCount => 1 + (Long is null ? 0 : (Long.Length + FatConstants.LongNameUnits - 1) / FatConstants.LongNameUnits);
}
