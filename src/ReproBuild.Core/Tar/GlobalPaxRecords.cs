namespace ReproBuild.Core.Tar;

/// <summary>What the global PAX headers so far say. It applies to every entry that follows.</summary>
internal sealed class GlobalPaxRecords(InputLimits limits, bool keepsOthers)
{
    private long _bytes;

    public PaxAttributes Attributes { get; private set; } = PaxAttributes.None;

    /// <summary>Counts bytes of global headers against the limit, before they are read.</summary>
    public void Reserve(long count, TarLocation location)
    {
        if (count > limits.MaxGlobalHeaderSize - _bytes)
        {
            throw location.TooLarge(
                "the global headers have bytes", _bytes + count, nameof(InputLimits.MaxGlobalHeaderSize), limits.MaxGlobalHeaderSize);
        }

        _bytes += count;
    }

    /// <summary>Takes the data of a global header: an empty value deletes a record, and a comment is only about the archive.</summary>
    public void Add(ReadOnlySpan<byte> data, TarLocation location)
    {
        var records = new List<PaxRecord>();
        PaxRecordParser.Parse(data, location, records, keepsOthers);
        records.RemoveAll(static record => record.Keyword.Span.SequenceEqual("comment"u8));
        Attributes = Attributes.With(records, location);
    }
}
