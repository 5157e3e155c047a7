namespace ReproBuild.Core.Tar;

/// <summary>Counts what the entries of one archive have together against the limits on sums.</summary>
internal sealed class ArchiveBudget(InputLimits limits)
{
    private int _entries;
    private long _metadata;
    private long _holes;

    /// <summary>Counts an entry before anything of it is read.</summary>
    public void Begin(TarLocation location)
    {
        if (++_entries > limits.MaxArchiveEntries)
        {
            throw location.TooLarge(
                "the number of entries is at least", _entries, nameof(InputLimits.MaxArchiveEntries), limits.MaxArchiveEntries);
        }
    }

    /// <summary>Counts what an entry has.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="shared">What its global headers say, which all entries share.</param>
    /// <param name="location">Where it is.</param>
    public void Add(TarEntry entry, PaxAttributes shared, TarLocation location)
    {
        _metadata += MetadataSize.Of(entry, shared);
        if (_metadata > limits.MaxMetadataSize)
        {
            throw location.TooLarge(
                "the names and attributes of its entries have bytes", _metadata, nameof(InputLimits.MaxMetadataSize), limits.MaxMetadataSize);
        }

        _holes += MetadataSize.HolesOf(entry);
        if (_holes > limits.MaxHoleSize)
        {
            throw location.TooLarge("the holes of its sparse files have bytes", _holes, nameof(InputLimits.MaxHoleSize), limits.MaxHoleSize);
        }
    }
}
