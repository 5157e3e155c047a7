using System.Globalization;
using System.Text;

namespace ReproBuild.Testing.Conforming;

/// <summary>Reads ustar with PAX headers, and nothing else: a reader of its own, so that a test does not trust the code it tests.</summary>
public static class PlainTarReader
{
    private const int BlockSize = 512;

    public static IEnumerable<PlainTarMember> Read(byte[] tar)
    {
        var records = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        for (var offset = 0; offset + BlockSize <= tar.Length && tar[offset] != 0;)
        {
            var header = tar.AsSpan(offset, BlockSize).ToArray();
            if (Text(header, 257, 5) != "ustar" || Octal(header, 148, 8) != Checksum(header))
            {
                throw new InvalidDataException($"There is no ustar header at byte {offset}.");
            }

            var size = records.TryGetValue("size", out var stated) ? long.Parse(Encoding.UTF8.GetString(stated), CultureInfo.InvariantCulture) : Octal(header, 124, 12);
            var content = tar.AsSpan(offset + BlockSize, (int)size).ToArray();
            offset += BlockSize + ((int)size + BlockSize - 1) / BlockSize * BlockSize;
            if (header[156] == 'x')
            {
                records = Records(content);
                continue;
            }

            yield return Member(header, content, records);
            records = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        }
    }

    private static PlainTarMember Member(byte[] header, byte[] content, Dictionary<string, byte[]> records)
    {
        var prefix = Field(header, 345, 155);
        var (seconds, nanoseconds) = Time(records.TryGetValue("mtime", out var time) ? Encoding.ASCII.GetString(time) : null);
        return new PlainTarMember(records, content)
        {
            Flag = (char)header[156],
            Name = Record("path") ?? (prefix.IsEmpty ? Field(header, 0, 100) : ByteString.Concat(prefix, "/", Field(header, 0, 100))),
            LinkName = Record("linkpath") ?? Field(header, 157, 100),
            Mode = (int)Octal(header, 100, 8),
            UserId = Number("uid") ?? Octal(header, 108, 8),
            GroupId = Number("gid") ?? Octal(header, 116, 8),
            ModificationTime = seconds ?? Octal(header, 136, 12),
            Nanoseconds = nanoseconds,
            DeviceMajor = Octal(header, 329, 8),
            DeviceMinor = Octal(header, 337, 8),
        };

        ByteString? Record(string key) => records.TryGetValue(key, out var value) ? new ByteString(value) : (ByteString?)null;

        long? Number(string key) => Record(key) is { } text ? long.Parse(text.ToString(), CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Seconds rounded down, and the nanoseconds since: a decimal number holds both exactly.</summary>
    private static (long? Seconds, int Nanoseconds) Time(string? text)
    {
        if (text is null)
        {
            return (null, 0);
        }

        var time = decimal.Parse(text, CultureInfo.InvariantCulture);
        var seconds = Math.Floor(time);
        return ((long)seconds, (int)((time - seconds) * 1_000_000_000));
    }

    private static Dictionary<string, byte[]> Records(byte[] data)
    {
        var records = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        for (var offset = 0; offset < data.Length;)
        {
            var space = Array.IndexOf(data, (byte)' ', offset);
            var length = int.Parse(Encoding.ASCII.GetString(data, offset, space - offset), CultureInfo.InvariantCulture);
            var equals = Array.IndexOf(data, (byte)'=', space);
            records[Encoding.Latin1.GetString(data, space + 1, equals - space - 1)] = data[(equals + 1)..(offset + length - 1)];
            offset += length;
        }

        return records;
    }

    private static ByteString Field(byte[] header, int offset, int length)
    {
        var field = header.AsSpan(offset, length);
        var end = field.IndexOf((byte)0);
        return new ByteString(end < 0 ? field : field[..end]);
    }

    private static string Text(byte[] header, int offset, int length) => Encoding.ASCII.GetString(Field(header, offset, length).Span);

    private static long Octal(byte[] header, int offset, int length)
    {
        var text = Text(header, offset, length).Trim(' ');
        return text.Length == 0 ? 0 : Convert.ToInt64(text, 8);
    }

    private static long Checksum(byte[] header)
    {
        long sum = 0;
        for (var i = 0; i < header.Length; i++)
        {
            sum += i is >= 148 and < 156 ? ' ' : header[i];
        }

        return sum;
    }
}

/// <summary>A member of a tar.</summary>
/// <param name="Records">Its PAX records.</param>
/// <param name="Content">Its data.</param>
public sealed record PlainTarMember(IReadOnlyDictionary<string, byte[]> Records, byte[] Content)
{
    public required char Flag { get; init; }

    public required ByteString Name { get; init; }

    public required ByteString LinkName { get; init; }

    public int Mode { get; init; }

    public long UserId { get; init; }

    public long GroupId { get; init; }

    /// <summary>In whole seconds, rounded down.</summary>
    public long ModificationTime { get; init; }

    public int Nanoseconds { get; init; }

    public long DeviceMajor { get; init; }

    public long DeviceMinor { get; init; }

    public string? Text(string key) => Records.TryGetValue(key, out var value) ? Encoding.UTF8.GetString(value) : null;
}
