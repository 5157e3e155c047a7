namespace ReproBuild.Core.Tar;

/// <summary>The <c>GNU.sparse.</c> records of an entry (GNU tar manual, "PAX Format, Versions 0.0 and 0.1" and "Version 1.0").</summary>
internal sealed class PaxSparseRecords
{
    private readonly List<ByteString> _runs = [];
    private readonly TarLocation _location;
    private ByteString _map;
    private ByteString _major;
    private ByteString _minor;
    private ByteString _size;

    private PaxSparseRecords(TarLocation location) => _location = location;

    /// <summary>The file's name; its header has a different one, for programs that do not know the format.</summary>
    public ByteString Name { get; private set; }

    /// <summary>Whether the map comes before the data (1.0) rather than in the records (0.0, 0.1).</summary>
    public bool HasMapInData => Is(_major, "1"u8) && Is(_minor, "0"u8);

    /// <summary>The length of the file in bytes.</summary>
    public long Size => TarNumber.TryParseDecimal(_size.Span, out var size)
        ? size
        : throw _location.Malformed("the records of a sparse file lack its size");

    /// <summary>Reads the records; null when none says that the file is sparse.</summary>
    public static PaxSparseRecords? From(List<PaxRecord> records, TarLocation location)
    {
        PaxSparseRecords? sparse = null;
        foreach (var record in records)
        {
            if (record.Keyword.Span.StartsWith("GNU.sparse."u8))
            {
                (sparse ??= new PaxSparseRecords(location)).Add(record);
            }
        }

        return sparse?.Checked();
    }

    /// <summary>Adds the runs in the records.</summary>
    public void ReadRuns(SparseMapBuilder map)
    {
        var parser = new SparseMapParser(map, _location);
        if (_runs.Count > 0)
        {
            // 0.0 repeats two keywords, an offset and a length.
            foreach (var number in _runs)
            {
                parser.AddNumber(number.Span);
            }
        }
        else
        {
            foreach (var range in _map.Span.Split((byte)','))
            {
                if (!_map.IsEmpty)
                {
                    parser.AddNumber(_map.Span[range]);
                }
            }
        }

        parser.Finish();
    }

    private static bool Is(ByteString value, ReadOnlySpan<byte> expected) => value.Span.SequenceEqual(expected);

    private void Add(PaxRecord record)
    {
        switch (record.Keyword.ToString())
        {
            case "GNU.sparse.name": Name = record.Value; break;
            case "GNU.sparse.major": _major = record.Value; break;
            case "GNU.sparse.minor": _minor = record.Value; break;
            case "GNU.sparse.size" or "GNU.sparse.realsize": _size = record.Value; break;
            case "GNU.sparse.map": _map = record.Value; break;
            case "GNU.sparse.offset" or "GNU.sparse.numbytes": AddRun(record); break;
        }
    }

    private void AddRun(PaxRecord record)
    {
        var expected = _runs.Count % 2 == 0 ? "GNU.sparse.offset"u8 : "GNU.sparse.numbytes"u8;
        if (!record.Keyword.Span.SequenceEqual(expected))
        {
            throw _location.Malformed("the offsets and lengths of a sparse map do not alternate");
        }

        _runs.Add(record.Value);
    }

    private PaxSparseRecords Checked()
    {
        var known = HasMapInData || (_major.IsEmpty && _minor.IsEmpty) || (Is(_major, "0"u8) && (Is(_minor, "0"u8) || Is(_minor, "1"u8)));
        if (!known)
        {
            throw _location.Unsupported($"it contains a sparse file of version {_major.Shown()}.{_minor.Shown()}; only 0.0, 0.1 and 1.0 are known");
        }

        return Name.Span.Contains((byte)0) ? throw _location.Malformed("the name of a sparse file contains a NUL") : this;
    }
}
