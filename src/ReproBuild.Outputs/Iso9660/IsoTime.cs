using System.Globalization;
using System.Text;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>Dates and times, always in UTC.</summary>
internal static class IsoTime
{
    /// <summary>The form of directory records (ECMA-119, section 9.1.5).</summary>
    public const int ShortSize = 7;

    /// <summary>The form of volume descriptors (section 8.4.26.1).</summary>
    public const int LongSize = 17;

    /// <summary>1900-01-01T00:00:00Z to 2155-12-31T23:59:59Z: the year is one byte, counted from 1900.</summary>
    private const long FirstShort = -2208988800;
    private const long LastShort = 5869583999;

    private const int NanosecondsPerHundredth = 10_000_000;

    /// <summary>0001-01-01T00:00:00Z to 9999-12-31T23:59:59.99Z.</summary>
    private static readonly FileTime First = new(-62135596800);
    private static readonly FileTime Last = new(253402300799, 99 * NanosecondsPerHundredth);

    /// <summary>What a file's time becomes: whole seconds in the short form, hundredths in the long one, the nearest time that it holds.</summary>
    public static FileTime Hold(FileTime time) =>
        FitsShort(time) ? new FileTime(time.Seconds)
        : time < First ? First
        : time > Last ? Last
        : new FileTime(time.Seconds, time.Nanoseconds / NanosecondsPerHundredth * NanosecondsPerHundredth);

    public static bool FitsShort(FileTime time) => time.Seconds is >= FirstShort and <= LastShort;

    /// <summary>Writes the short form; a time out of its range becomes the nearest in it.</summary>
    public static void WriteShort(Span<byte> at, FileTime time)
    {
        var date = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(time.Seconds, FirstShort, LastShort));
        at[0] = (byte)(date.Year - 1900);
        at[1] = (byte)date.Month;
        at[2] = (byte)date.Day;
        at[3] = (byte)date.Hour;
        at[4] = (byte)date.Minute;
        at[5] = (byte)date.Second;
        at[6] = 0;
    }

    /// <summary>Writes the long form, with hundredths of a second; a time out of its range becomes the nearest in it.</summary>
    public static void WriteLong(Span<byte> at, FileTime time)
    {
        var (seconds, nanoseconds) = time < First ? First : time > Last ? Last : time;
        var date = DateTimeOffset.FromUnixTimeSeconds(seconds);
        var text = date.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture) +
            (nanoseconds / NanosecondsPerHundredth).ToString("D2", CultureInfo.InvariantCulture);
        Encoding.ASCII.GetBytes(text, at);
        at[16] = 0;
    }

    /// <summary>Writes that a date is not specified: digits zero.</summary>
    public static void WriteUnspecified(Span<byte> at)
    {
        at[..16].Fill((byte)'0');
        at[16] = 0;
    }
}
