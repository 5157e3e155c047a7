using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tar;

/// <summary>Extended attributes in PAX records: star's form, which GNU tar and Go use, and libarchive's.</summary>
internal static class PaxXattr
{
    private static ReadOnlySpan<byte> StarPrefix => "SCHILY.xattr."u8;

    private static ReadOnlySpan<byte> LibarchivePrefix => "LIBARCHIVE.xattr."u8;

    public static bool IsXattr(ReadOnlySpan<byte> keyword) => keyword.StartsWith(StarPrefix) || keyword.StartsWith(LibarchivePrefix);

    public static bool IsStar(ByteString keyword) => keyword.Span.StartsWith(StarPrefix);

    /// <summary>The record of an attribute. As in GNU tar, <c>%</c> and <c>=</c> in its name are percent-encoded.</summary>
    public static PaxRecord ToRecord(ExtendedAttribute attribute)
    {
        var keyword = new ArrayBufferWriter<byte>();
        keyword.Write(StarPrefix);
        foreach (var value in attribute.Name.Span)
        {
            keyword.Write(value switch
            {
                (byte)'%' => "%25"u8,
                (byte)'=' => "%3D"u8,
                _ => [value],
            });
        }

        return new PaxRecord(new ByteString(keyword.WrittenSpan), attribute.Value);
    }

    /// <summary>The attribute of a star record: its value is plain bytes; <c>%25</c> and <c>%3D</c> in its name are decoded.</summary>
    public static ExtendedAttribute FromStar(PaxRecord record) =>
        new(Decode(record.Keyword.Span[StarPrefix.Length..], static value => value is (byte)'%' or (byte)'='), record.Value);

    /// <summary>The attribute of a libarchive record: percent-encoded name, base64 value without padding.</summary>
    /// <returns>False when the value is not base64.</returns>
    public static bool TryFromLibarchive(PaxRecord record, out ExtendedAttribute attribute)
    {
        attribute = default;
        var text = record.Value.Span.TrimEnd((byte)'=');
        var padded = new byte[(text.Length + 3) / 4 * 4];
        padded.AsSpan().Fill((byte)'=');
        text.CopyTo(padded);
        var bytes = new byte[padded.Length / 4 * 3];
        if (Base64.DecodeFromUtf8(padded, bytes, out _, out var written) != OperationStatus.Done)
        {
            return false;
        }

        attribute = new ExtendedAttribute(
            Decode(record.Keyword.Span[LibarchivePrefix.Length..], static _ => true), new ByteString(bytes.AsSpan(0, written)));
        return true;
    }

    private static ByteString Decode(ReadOnlySpan<byte> encoded, Func<byte, bool> isEncoded)
    {
        var decoded = new byte[encoded.Length];
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            var value = encoded[i];
            if (value == '%' && i + 2 < encoded.Length && IsHex(encoded.Slice(i + 1, 2), out var number) && isEncoded(number))
            {
                value = number;
                i += 2;
            }

            decoded[length++] = value;
        }

        return new ByteString(decoded.AsSpan(0, length));
    }

    private static bool IsHex(ReadOnlySpan<byte> digits, out byte value) =>
        byte.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
