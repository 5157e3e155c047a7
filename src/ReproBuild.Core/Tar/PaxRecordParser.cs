namespace ReproBuild.Core.Tar;

/// <summary>Parses the body of a PAX extended header: records of the form <c>LENGTH KEYWORD=VALUE\n</c>.</summary>
internal static class PaxRecordParser
{
    // The length of a record that fills the largest body has 10 digits.
    private const int MaxLengthDigits = 10;

    /// <summary>Adds the records of <paramref name="body"/>, in order, to <paramref name="records"/>.</summary>
    /// <param name="body">The body.</param>
    /// <param name="location">Where it is.</param>
    /// <param name="records">Receives the records.</param>
    /// <param name="keepsOthers">Whether records are added that are about no property of an entry, such as a comment.</param>
    /// <exception cref="IntegrityException">The body is malformed.</exception>
    public static void Parse(ReadOnlySpan<byte> body, TarLocation location, List<PaxRecord> records, bool keepsOthers)
    {
        while (!body.IsEmpty)
        {
            var space = body.IndexOf((byte)' ');
            if (space is < 1 or > MaxLengthDigits || !TarNumber.TryParseDecimal(body[..space], out var length) ||
                length > body.Length || length < space + 2 || body[(int)length - 1] != '\n')
            {
                throw location.Malformed("a PAX record has a wrong length");
            }

            var record = body[(space + 1)..((int)length - 1)];
            var keyword = Keyword(record, location);
            if (keepsOthers || PaxKeywords.HasProperty(keyword))
            {
                records.Add(new PaxRecord(new ByteString(keyword), new ByteString(record[(keyword.Length + 1)..])));
            }

            body = body[(int)length..];
        }
    }

    private static ReadOnlySpan<byte> Keyword(ReadOnlySpan<byte> record, TarLocation location)
    {
        var equals = record.IndexOf((byte)'=');
        return equals > 0 && !record[..equals].Contains((byte)0)
            ? record[..equals]
            : throw location.Malformed("a PAX record has no keyword");
    }
}
