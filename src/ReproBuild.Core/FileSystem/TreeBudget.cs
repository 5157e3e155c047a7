namespace ReproBuild.Core.FileSystem;

/// <summary>Counts what is put into one tree against the limits, those on sums included. Each method says what is wrong, or null.</summary>
internal sealed class TreeBudget(InputLimits limits)
{
    private long _entries;
    private long _pathBytes;

    /// <summary>Counts an entry that is put into the tree, whether or not it replaces another.</summary>
    public string? Add(FileTreeEntry entry) =>
        ++_entries > limits.MaxTreeEntries
            ? $"the tree gets more than {limits.MaxTreeEntries} entries (limit {nameof(InputLimits.MaxTreeEntries)})"
        : PathLimits.Problem(entry.PathLength, limits) ?? AddPath(entry.PathLength);

    /// <summary>Counts bytes of a path that is walked.</summary>
    public string? AddPath(int length) => (_pathBytes += length) > limits.MaxTreePathSize
        ? $"the paths of the tree have more than {limits.MaxTreePathSize} bytes together (limit {nameof(InputLimits.MaxTreePathSize)})"
        : null;
}
