using System.Globalization;
using System.Text;

namespace ReproBuild.Cli;

/// <summary>Text from outside for a terminal: nothing in it is a command, it is one line, and it has an end.</summary>
internal static class TerminalText
{
    /// <summary>More than any message of ReproBuild has by itself.</summary>
    private const int MaxLength = 8000;

    /// <summary>The text on one line, what does not print as <c>\xNN</c> or <c>\uNNNN</c>, and only its beginning when it is long.</summary>
    public static string Line(string text)
    {
        var line = new StringBuilder();
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, MaxLength)))
        {
            switch (char.GetUnicodeCategory(c))
            {
                case UnicodeCategory.Control when c is '\n' or '\r' or '\t':
                    line.Append(' ');
                    break;
                case UnicodeCategory.Control:
                    line.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:X2}");
                    break;

                // Format characters change the direction of what follows; separators break lines.
                case UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                    line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
                    break;
                default:
                    line.Append(c);
                    break;
            }
        }

        return text.Length <= MaxLength ? line.ToString()
            : line.Append(CultureInfo.InvariantCulture, $"… ({text.Length - MaxLength} more characters)").ToString();
    }
}
