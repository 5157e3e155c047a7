using System.Collections.Immutable;
using System.Globalization;

namespace ReproBuild.Cli;

/// <summary>Reads the values of flags. A <see cref="FormatException"/> says how a value is written.</summary>
internal static class FlagValue
{
    private const string Suffixes = "KMGT";
    private const int BitsEach = 10;

    /// <summary>A size as <c>linuxkit build --size</c> takes it: a whole number of MiB, or with a suffix of KiB, MiB, GiB or TiB.</summary>
    public static long? DiskSize(string text) => TryParseSize(text, defaultSuffix: 'M', out var bytes)
        ? bytes
        : throw new FormatException($"'{text}' is not a size. Write a positive whole number with M or G, such as 512M or 1G.");

    /// <summary>A number of bytes, which may be 0.</summary>
    public static long Size(string text) => text == "0" ? 0
        : TryParseSize(text, defaultSuffix: null, out var bytes) ? bytes
        : throw new FormatException($"'{text}' is not a size. Write a number of bytes, also with K, M, G or T, such as 512M.");

    /// <summary>A positive whole number, with a suffix if need be.</summary>
    /// <param name="text">The digits, and perhaps one of <c>K</c>, <c>M</c>, <c>G</c>, <c>T</c> for a power of 1024.</param>
    /// <param name="defaultSuffix">The suffix of a number without one; null for none.</param>
    /// <param name="number">The number.</param>
    public static bool TryParseSize(string text, char? defaultSuffix, out long number)
    {
        number = 0;
        var hasSuffix = text.Length > 0 && Suffixes.Contains(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal);
        var suffix = hasSuffix ? char.ToUpperInvariant(text[^1]) : defaultSuffix;
        var shift = suffix is { } known ? (Suffixes.IndexOf(known, StringComparison.Ordinal) + 1) * BitsEach : 0;
        if (!long.TryParse(hasSuffix ? text[..^1] : text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count <= 0 || count > long.MaxValue >> shift)
        {
            return false;
        }

        number = count << shift;
        return true;
    }

    public static long WholeNumber(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new FormatException($"'{text}' is not a whole number.");

    public static int Count(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new FormatException($"'{text}' is not a whole number up to {int.MaxValue}.");

    public static TimeSpan Seconds(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= int.MaxValue / 1000
            ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond))
            : throw new FormatException($"'{text}' is not a number of seconds. Write it such as 30 or 0.5.");

    /// <summary>A time that is not zero.</summary>
    public static TimeSpan SomeSeconds(string text) => Seconds(text) is { Ticks: > 0 } time
        ? time
        : throw new FormatException($"'{text}' is too short. Write a number of seconds such as 600.");

    /// <summary>A time as <see cref="Seconds"/> reads it.</summary>
    public static string Show(TimeSpan time) => time.TotalSeconds.ToString(CultureInfo.InvariantCulture);

    /// <summary>A value of an enumeration, by its name in any case.</summary>
    public static T OneOf<T>(string text)
        where T : struct, Enum =>
        Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<T>(text, ignoreCase: true)
            : throw new FormatException($"'{text}' is not one of {Names<T>()}.");

    /// <summary>The names that <see cref="OneOf"/> reads.</summary>
    public static string Names<T>()
        where T : struct, Enum =>
        string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant();

    public static ImmutableArray<string> Texts(IEnumerable<string> texts) => [.. texts];

    public static ImmutableArray<RegistryMirror> Mirrors(IEnumerable<string> texts) => [.. texts.Select(RegistryMirror.Parse)];
}
