using System.Globalization;

namespace ReproBuild.Cli;

/// <summary>Sizes as <c>linuxkit build --size</c> takes them: a whole number of MiB, or with a suffix of KiB, MiB, GiB or TiB.</summary>
internal static class DiskSize
{
    private const string Suffixes = "KMGT";
    private const int BitsEach = 10;

    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var suffix = text.Length == 0 ? -1 : Suffixes.IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal);
        var digits = suffix < 0 ? text : text[..^1];
        var shift = ((suffix < 0 ? Suffixes.IndexOf('M', StringComparison.Ordinal) : suffix) + 1) * BitsEach;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number <= 0 || number > long.MaxValue >> shift)
        {
            return false;
        }

        bytes = number << shift;
        return true;
    }
}
