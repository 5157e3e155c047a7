using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tar;

/// <summary>What PAX records say about one entry; null where they say nothing.</summary>
/// <remarks>
/// What the global headers say is interpreted once, and an entry's own records are put over it: an archive may have a thousand global records
/// and a million entries.
/// </remarks>
internal sealed record PaxAttributes
{
    public static readonly PaxAttributes None = new();

    // By keyword; LIBARCHIVE's sort first.
    private ImmutableSortedDictionary<ByteString, ByteString> _xattrRecords = ImmutableSortedDictionary<ByteString, ByteString>.Empty;
    private ImmutableSortedDictionary<ByteString, ByteString> _otherRecords = ImmutableSortedDictionary<ByteString, ByteString>.Empty;

    private PaxAttributes()
    {
    }

    public ByteString? Path { get; private set; }

    public ByteString? LinkPath { get; private set; }

    public ByteString? UserName { get; private set; }

    public ByteString? GroupName { get; private set; }

    public long? Size { get; private set; }

    public uint? UserId { get; private set; }

    public uint? GroupId { get; private set; }

    public uint? DeviceMajor { get; private set; }

    public uint? DeviceMinor { get; private set; }

    public FileTime? ModificationTime { get; private set; }

    /// <summary>Ordered by name; the same array for all entries that have no extended attribute of their own.</summary>
    public ImmutableArray<ExtendedAttribute> ExtendedAttributes { get; private set; } = [];

    /// <summary>Ordered by keyword; the same array for all entries that have no such record of their own.</summary>
    public ImmutableArray<PaxRecord> Others { get; private set; } = [];

    /// <summary>These, and a header's records over them; of several with the same keyword the last counts.</summary>
    /// <exception cref="IntegrityException">A value is malformed.</exception>
    public PaxAttributes With(List<PaxRecord> records, TarLocation location)
    {
        if (records.Count == 0)
        {
            return this;
        }

        var values = new Dictionary<ByteString, ByteString>();
        foreach (var record in records)
        {
            values[record.Keyword] = record.Value;
        }

        var attributes = this with { };
        foreach (var (keyword, value) in values)
        {
            attributes.Apply(keyword, value, location);
        }

        if (attributes._xattrRecords != _xattrRecords)
        {
            attributes.ExtendedAttributes = Decode(attributes._xattrRecords, location);
        }

        if (attributes._otherRecords != _otherRecords)
        {
            attributes.Others = [.. attributes._otherRecords.Select(static record => new PaxRecord(record.Key, record.Value))];
        }

        return attributes;
    }

    private void Apply(ByteString keyword, ByteString value, TarLocation location)
    {
        switch (keyword.ToString())
        {
            case "path": Path = Text(keyword, value, location); break;
            case "linkpath": LinkPath = Text(keyword, value, location); break;
            case "uname": UserName = Text(keyword, value, location); break;
            case "gname": GroupName = Text(keyword, value, location); break;
            case "size": Size = Number(keyword, value, long.MaxValue, location); break;
            case "uid": UserId = (uint?)Number(keyword, value, uint.MaxValue, location); break;
            case "gid": GroupId = (uint?)Number(keyword, value, uint.MaxValue, location); break;
            case "SCHILY.devmajor": DeviceMajor = (uint?)Number(keyword, value, uint.MaxValue, location); break;
            case "SCHILY.devminor": DeviceMinor = (uint?)Number(keyword, value, uint.MaxValue, location); break;
            case "mtime": ModificationTime = Time(keyword, value, location); break;
            case var _ when PaxXattr.IsXattr(keyword.Span): _xattrRecords = _xattrRecords.SetItem(keyword, value); break;
            case var _ when PaxKeywords.HasProperty(keyword.Span): break;
            default: _otherRecords = value.IsEmpty ? _otherRecords.Remove(keyword) : _otherRecords.SetItem(keyword, value); break;
        }
    }

    // LIBARCHIVE's records sort first, so star's, whose values are unencoded, win.
    private static ImmutableArray<ExtendedAttribute> Decode(ImmutableSortedDictionary<ByteString, ByteString> records, TarLocation location)
    {
        var attributes = new SortedDictionary<ByteString, ByteString>();
        foreach (var (keyword, value) in records)
        {
            var record = new PaxRecord(keyword, value);
            var attribute = PaxXattr.IsStar(keyword) ? PaxXattr.FromStar(record)
                : PaxXattr.TryFromLibarchive(record, out var decoded) ? decoded
                : throw Malformed(keyword, "base64", location);
            if (attribute.Name.IsEmpty || attribute.Name.Span.Contains((byte)0))
            {
                throw Malformed(keyword, "an attribute with a name", location);
            }

            attributes[attribute.Name] = attribute.Value;
        }

        return [.. attributes.Select(static attribute => new ExtendedAttribute(attribute.Key, attribute.Value))];
    }

    // An empty value deletes the record (POSIX.1-2017, pax); but an extended attribute may be empty.
    private static ByteString? Text(ByteString keyword, ByteString value, TarLocation location) =>
        value.IsEmpty ? default(ByteString?)
        : !value.Span.Contains((byte)0) ? value
        : throw Malformed(keyword, "text without NUL", location);

    private static long? Number(ByteString keyword, ByteString value, long maximum, TarLocation location) =>
        value.IsEmpty ? null
        : TarNumber.TryParseDecimal(value.Span, out var number) && number <= maximum ? number
        : throw Malformed(keyword, $"a number up to {maximum}", location);

    private static FileTime? Time(ByteString keyword, ByteString value, TarLocation location) =>
        value.IsEmpty ? null : PaxTime.TryParse(value.Span, out var time) ? time : throw Malformed(keyword, "a time", location);

    private static IntegrityException Malformed(ByteString keyword, string expected, TarLocation location) =>
        location.Malformed($"the PAX record '{keyword.Shown()}' is not {expected}");
}
