using System.Globalization;
using System.Text;

namespace ReproBuild;

/// <summary>Text from outside as a message may show it: everything that a message quotes goes through here.</summary>
/// <remarks>
/// A message is one that people read in a terminal or a log. What could move a cursor, hide or reorder text, or break a line is escaped, and
/// nothing from outside makes a message long.
/// </remarks>
internal static class ShownText
{
    /// <summary>How many characters are shown of one quoted text.</summary>
    public const int MaxLength = 200;

    // A character of UTF-8 has at most four bytes.
    private const int MaxBytes = (MaxLength + 1) * 4;

    /// <summary>The text, escaped, and cut when it is long.</summary>
    public static string Shown(this string? text)
    {
        if (text is null)
        {
            return "";
        }

        if (text.Length <= MaxLength)
        {
            return text.Escaped();
        }

        var length = char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
        return text[..length].Escaped() + "…";
    }

    /// <summary>The name or path, escaped, and cut when it is long.</summary>
    public static string Shown(this ByteString bytes) =>
        new ByteString(bytes.Span[..Math.Min(bytes.Length, MaxBytes)]).ToString().Shown();

    /// <summary>The whole text on one line: control and format characters as <c>\x1b</c> or <c>\u{202e}</c>.</summary>
    public static string Escaped(this string text)
    {
        // Half of a surrogate pair is enumerated as the replacement character.
        if (!text.EnumerateRunes().Any(static rune => IsUnsafe(rune) || rune == Rune.ReplacementChar))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsUnsafe(rune))
            {
                escaped.Append(rune.ToString());
            }
            else if (rune.Value <= byte.MaxValue)
            {
                escaped.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
            }
            else
            {
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            }
        }

        return escaped.ToString();
    }

    private static bool IsUnsafe(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
