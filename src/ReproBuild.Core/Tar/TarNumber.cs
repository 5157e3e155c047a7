namespace ReproBuild.Core.Tar;

/// <summary>The numbers of header blocks and PAX records.</summary>
internal static class TarNumber
{
    /// <summary>Reads a header field: octal digits between spaces and NULs, or GNU's base 256. An empty field is 0.</summary>
    public static bool TryParse(ReadOnlySpan<byte> field, out long value) =>
        (field[0] & 0x80) != 0 ? TryParseBase256(field, out value) : TryParseOctal(field, out value);

    /// <summary>Reads the decimal digits of a PAX record; nothing else may be around them.</summary>
    public static bool TryParseDecimal(ReadOnlySpan<byte> digits, out long value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9' || value > (long.MaxValue - (digit - '0')) / 10)
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return !digits.IsEmpty;
    }

    /// <summary>Whether the number fits as octal digits with a NUL after them.</summary>
    public static bool FitsOctal(TarField field, long value) => value >= 0 && value >> (3 * (field.Length - 1)) == 0;

    /// <summary>Writes octal digits with zeros before and a NUL after them.</summary>
    public static void WriteOctal(Span<byte> field, long value)
    {
        field[^1] = 0;
        for (var i = field.Length - 2; i >= 0; i--)
        {
            field[i] = (byte)('0' + (value & 7));
            value >>= 3;
        }
    }

    private static bool TryParseOctal(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        field = field.Trim(" \0"u8);
        var end = field.IndexOf((byte)0);
        foreach (var digit in (end < 0 ? field : field[..end]).TrimEnd((byte)' '))
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                return false;
            }

            value = (value << 3) | (uint)(digit - '0');
        }

        return true;
    }

    // GNU tar manual, "Extensions": the top bit marks the form, the rest is a big-endian number in two's complement.
    private static bool TryParseBase256(ReadOnlySpan<byte> field, out long value)
    {
        var negative = (field[0] & 0x40) != 0;
        Int128 number = negative ? -1 : 0;
        number = (number << 8) | (negative ? field[0] : field[0] & 0x7F);
        foreach (var digit in field[1..])
        {
            number = (number << 8) | digit;
        }

        var fits = number >= long.MinValue && number <= long.MaxValue;
        value = fits ? (long)number : 0;
        return fits;
    }
}
