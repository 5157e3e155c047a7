using System.Text;
using System.Text.RegularExpressions;

namespace ReproBuild.Testing.Boot;

/// <summary>Reads what a serial console showed.</summary>
internal static partial class ConsoleText
{
    /// <summary>The text without terminal sequences, carriage returns and NUL bytes.</summary>
    public static string Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return TerminalSequence().Replace(reader.ReadToEnd(), "").Replace("\r", "", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal);
    }

    public static IEnumerable<string> LastLines(string text) =>
        text.Split('\n').Select(static line => line.TrimEnd()).Where(static line => line.Length > 0).TakeLast(40);

    [GeneratedRegex(@"\x1b(?:\[[0-9;?=]*[ -/]*[@-~]|[()][A-Z0-9]|[=>78cDEHMZ])")]
    private static partial Regex TerminalSequence();
}
