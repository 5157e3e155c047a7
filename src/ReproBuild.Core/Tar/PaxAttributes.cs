using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tar;

/// <summary>What PAX records say about one entry; null where they say nothing.</summary>
internal sealed class PaxAttributes
{
    private readonly TarLocation _location;
    private readonly SortedDictionary<ByteString, ByteString> _extendedAttributes = [];
    private readonly ImmutableArray<PaxRecord>.Builder _others = ImmutableArray.CreateBuilder<PaxRecord>();

    private static readonly PaxAttributes None = new(default);

    private PaxAttributes(TarLocation location) => _location = location;

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

    public ImmutableArray<ExtendedAttribute> ExtendedAttributes => [.. _extendedAttributes.Select(static a => new ExtendedAttribute(a.Key, a.Value))];

    public ImmutableArray<PaxRecord> Others => _others.ToImmutable();

    /// <summary>Interprets the global records, then the entry's own; of several with the same keyword the last counts.</summary>
    /// <exception cref="IntegrityException">A value is malformed.</exception>
    public static PaxAttributes From(IReadOnlyCollection<PaxRecord> global, IReadOnlyCollection<PaxRecord> local, TarLocation location)
    {
        if (global.Count == 0 && local.Count == 0)
        {
            return None;
        }

        var values = new SortedDictionary<ByteString, ByteString>();
        foreach (var record in global.Concat(local))
        {
            values[record.Keyword] = record.Value;
        }

        var attributes = new PaxAttributes(location);
        foreach (var (keyword, value) in values)
        {
            // An empty value deletes the record (POSIX.1-2017, pax); but an extended attribute may be empty.
            if (PaxXattr.IsXattr(keyword))
            {
                attributes.AddExtendedAttribute(new PaxRecord(keyword, value));
            }
            else if (!value.IsEmpty)
            {
                attributes.Apply(keyword, value);
            }
        }

        return attributes;
    }

    private void Apply(ByteString keyword, ByteString value)
    {
        switch (keyword.ToString())
        {
            case "path": Path = Text(keyword, value); break;
            case "linkpath": LinkPath = Text(keyword, value); break;
            case "uname": UserName = Text(keyword, value); break;
            case "gname": GroupName = Text(keyword, value); break;
            case "size": Size = Number(keyword, value, long.MaxValue); break;
            case "uid": UserId = (uint)Number(keyword, value, uint.MaxValue); break;
            case "gid": GroupId = (uint)Number(keyword, value, uint.MaxValue); break;
            case "SCHILY.devmajor": DeviceMajor = (uint)Number(keyword, value, uint.MaxValue); break;
            case "SCHILY.devminor": DeviceMinor = (uint)Number(keyword, value, uint.MaxValue); break;
            case "mtime":
                ModificationTime = PaxTime.TryParse(value.Span, out var time) ? time : throw Malformed(keyword, "a time");
                break;
            case var _ when PaxKeywords.HasProperty(keyword):
                break;
            default:
                _others.Add(new PaxRecord(keyword, value));
                break;
        }
    }

    // LIBARCHIVE records sort first, so star's, whose values are unencoded, win.
    private void AddExtendedAttribute(PaxRecord record)
    {
        var attribute = PaxXattr.IsStar(record.Keyword) ? PaxXattr.FromStar(record)
            : PaxXattr.TryFromLibarchive(record, out var decoded) ? decoded
            : throw Malformed(record.Keyword, "base64");
        if (attribute.Name.IsEmpty || attribute.Name.Span.Contains((byte)0))
        {
            throw Malformed(record.Keyword, "an attribute with a name");
        }

        _extendedAttributes[attribute.Name] = attribute.Value;
    }

    private ByteString Text(ByteString keyword, ByteString value) =>
        value.Span.Contains((byte)0) ? throw Malformed(keyword, "text without NUL") : value;

    private long Number(ByteString keyword, ByteString value, long maximum) =>
        TarNumber.TryParseDecimal(value.Span, out var number) && number <= maximum ? number : throw Malformed(keyword, $"a number up to {maximum}");

    private IntegrityException Malformed(ByteString keyword, string expected) =>
        _location.Malformed($"the PAX record '{keyword}' is not {expected}");
}
