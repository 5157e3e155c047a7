namespace ReproBuild.Core.Tar;

/// <summary>The headers that come before an entry's own: local PAX records and GNU long names.</summary>
internal sealed class ExtendedHeaders(InputLimits limits, bool keepsOthers)
{
    private TarLocation? _first;
    private long _bytes;

    /// <summary>The PAX records in the archive's order; PAX sparse 0.0 repeats keywords.</summary>
    public List<PaxRecord> Records { get; } = [];

    /// <summary>GNU's long name (type <c>L</c>); empty when there is none.</summary>
    public ByteString LongName { get; private set; }

    /// <summary>GNU's long link target (type <c>K</c>); empty when there is none.</summary>
    public ByteString LongLinkName { get; private set; }

    /// <summary>Counts bytes of extended headers against the limit, before they are read.</summary>
    public void Reserve(long count, TarLocation location)
    {
        _first ??= location;
        if (count > limits.MaxExtendedHeaderSize - _bytes)
        {
            throw location.TooLarge(
                "the extended headers of an entry have bytes",
                _bytes + count,
                nameof(InputLimits.MaxExtendedHeaderSize),
                limits.MaxExtendedHeaderSize);
        }

        _bytes += count;
    }

    /// <summary>Takes the data of an extension header.</summary>
    public void Add(byte typeFlag, ReadOnlySpan<byte> data, TarLocation location)
    {
        switch (typeFlag)
        {
            case TarTypeFlags.GnuLongName:
                LongName = UntilNul(data);
                break;
            case TarTypeFlags.GnuLongLink:
                LongLinkName = UntilNul(data);
                break;
            default:
                PaxRecordParser.Parse(data, location, Records, keepsOthers);
                break;
        }
    }

    /// <summary>Checks at the end of the archive that no header is left without its entry.</summary>
    public void EnsureNone()
    {
        if (_first is { } location)
        {
            throw location.Malformed("an extended header has no entry after it");
        }
    }

    private static ByteString UntilNul(ReadOnlySpan<byte> data)
    {
        var end = data.IndexOf((byte)0);
        return new ByteString(end < 0 ? data : data[..end]);
    }
}
