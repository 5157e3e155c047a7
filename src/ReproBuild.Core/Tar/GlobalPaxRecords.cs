namespace ReproBuild.Core.Tar;

/// <summary>The records of the global PAX headers so far. They apply to every entry that follows.</summary>
internal sealed class GlobalPaxRecords(InputLimits limits)
{
    private readonly SortedDictionary<ByteString, PaxRecord> _records = [];

    private long _bytes;

    public IReadOnlyCollection<PaxRecord> Records => _records.Values;

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
        PaxRecordParser.Parse(data, location, records);
        foreach (var record in records)
        {
            if (record.Value.IsEmpty || record.Keyword.Span.SequenceEqual("comment"u8))
            {
                _records.Remove(record.Keyword);
            }
            else
            {
                _records[record.Keyword] = record;
            }
        }
    }
}
