using System.Globalization;
using System.Text;

namespace ReproBuild.Testing.Conforming;

/// <summary>Reads ustar with PAX headers, and nothing else: a reader of its own, so that a test does not trust the code it tests.</summary>
internal static class PlainTarReader
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
        var prefix = Text(header, 345, 155);
        return new PlainTarMember(records, content)
        {
            Flag = (char)header[156],
            Name = Record("path") ?? (prefix.Length == 0 ? "" : prefix + "/") + Text(header, 0, 100),
            LinkName = Record("linkpath") ?? Text(header, 157, 100),
            Mode = (int)Octal(header, 100, 8),
            UserId = Number("uid") ?? Octal(header, 108, 8),
            GroupId = Number("gid") ?? Octal(header, 116, 8),
            ModificationTime = Number("mtime") ?? Octal(header, 136, 12),
            DeviceMajor = Octal(header, 329, 8),
            DeviceMinor = Octal(header, 337, 8),
        };

        string? Record(string key) => records.TryGetValue(key, out var value) ? Encoding.UTF8.GetString(value) : null;

        long? Number(string key) => Record(key) is { } text ? (long)Math.Floor(decimal.Parse(text, CultureInfo.InvariantCulture)) : null;
    }

    private static Dictionary<string, byte[]> Records(byte[] data)
    {
        var records = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        for (var offset = 0; offset < data.Length;)
        {
            var space = Array.IndexOf(data, (byte)' ', offset);
            var length = int.Parse(Encoding.ASCII.GetString(data, offset, space - offset), CultureInfo.InvariantCulture);
            var equals = Array.IndexOf(data, (byte)'=', space);
            records[Encoding.UTF8.GetString(data, space + 1, equals - space - 1)] = data[(equals + 1)..(offset + length - 1)];
            offset += length;
        }

        return records;
    }

    private static string Text(byte[] header, int offset, int length)
    {
        var field = header.AsSpan(offset, length);
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

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
internal sealed record PlainTarMember(IReadOnlyDictionary<string, byte[]> Records, byte[] Content)
{
    public required char Flag { get; init; }

    public required string Name { get; init; }

    public required string LinkName { get; init; }

    public int Mode { get; init; }

    public long UserId { get; init; }

    public long GroupId { get; init; }

    public long ModificationTime { get; init; }

    public long DeviceMajor { get; init; }

    public long DeviceMinor { get; init; }

    public string? Text(string key) => Records.TryGetValue(key, out var value) ? Encoding.UTF8.GetString(value) : null;
}
