using System.Globalization;

namespace ReproBuild.Cli;

/// <summary>Text from outside for a terminal: nothing in it is a command, it is one line, and it has an end.</summary>
internal static class TerminalText
{
    /// <summary>More than any message of ReproBuild has by itself.</summary>
    private const int MaxLength = 8000;

    /// <summary>The text on one line, escaped, and only its beginning when it is long.</summary>
    public static string Line(string text)
    {
        var line = string.Join(' ', text[..Math.Min(text.Length, MaxLength)].Split('\n', '\r', '\t')).Escaped();
        return text.Length <= MaxLength ? line
            : string.Create(CultureInfo.InvariantCulture, $"{line}… ({text.Length - MaxLength} more characters)");
    }
}
