using System.Globalization;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tar;

/// <summary>A time in a PAX record: decimal seconds since the epoch, with a sign and a fraction where needed (POSIX.1-2017, pax).</summary>
internal static class PaxTime
{
    private const int NanosecondDigits = 9;
    private const int NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The digits of the earliest second, 2 to the 63rd before the epoch; there is none as far after it.</summary>
    private static ReadOnlySpan<byte> Earliest => "9223372036854775808"u8;

    /// <summary>Reads a time; digits beyond nanoseconds are dropped.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out FileTime time)
    {
        time = default;
        var negative = text.StartsWith("-"u8);
        text = negative ? text[1..] : text;
        var point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? [] : text[(point + 1)..];
        if (negative && whole.SequenceEqual(Earliest) && !fraction.ContainsAnyExcept((byte)'0'))
        {
            time = new FileTime(long.MinValue);
            return true;
        }

        if (!TarNumber.TryParseDecimal(whole, out var seconds) || fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        var nanoseconds = 0;
        for (var i = 0; i < NanosecondDigits; i++)
        {
            nanoseconds = (nanoseconds * 10) + (i < fraction.Length ? fraction[i] - '0' : 0);
        }

        time = (negative, nanoseconds) switch
        {
            (false, _) => new FileTime(seconds, nanoseconds),
            (true, 0) => new FileTime(-seconds),
            _ => new FileTime(-1 - seconds, NanosecondsPerSecond - nanoseconds),
        };
        return true;
    }

    /// <summary>The shortest text of a time.</summary>
    public static ByteString Format(FileTime time)
    {
        var (seconds, nanoseconds) = time.Seconds < 0 && time.Nanoseconds > 0
            ? (time.Seconds + 1, NanosecondsPerSecond - time.Nanoseconds)
            : (time.Seconds, time.Nanoseconds);
        var sign = time.Seconds < 0 && seconds == 0 ? "-" : "";
        var whole = seconds.ToString(CultureInfo.InvariantCulture);
        return nanoseconds == 0
            ? whole
            : $"{sign}{whole}.{nanoseconds.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0')}";
    }
}
