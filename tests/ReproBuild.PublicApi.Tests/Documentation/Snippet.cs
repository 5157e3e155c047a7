using System.Text.RegularExpressions;

namespace ReproBuild.PublicApi.Tests.Documentation;

/// <summary>A part of a source file that the documentation shows: from a line <c>// begin NAME</c> to the next line <c>// end</c>.</summary>
internal static partial class Snippet
{
    /// <summary>The lines between the marks, without the indentation that all of them have.</summary>
    /// <param name="source">The text of the file.</param>
    /// <param name="name">The name after <c>begin</c>, or empty for none.</param>
    /// <returns>Null when the file has no such part.</returns>
    public static string? Find(string source, string name)
    {
        var lines = source.Split('\n');
        var begin = Array.FindIndex(lines, line => line.Trim() == $"// begin {name}".Trim());
        var end = begin < 0 ? -1 : Array.FindIndex(lines, begin, static line => line.Trim() == "// end");
        if (end < 0)
        {
            return null;
        }

        var part = lines[(begin + 1)..end];
        var indentation = part.Where(static line => line.Length > 0).Min(static line => line.Length - line.TrimStart().Length);
        return string.Concat(part.Select(line => (line.Length == 0 ? "" : line[indentation..]) + "\n"));
    }

    /// <summary>The C# blocks of a document, each with the place that the comment before it names, or null.</summary>
    public static IEnumerable<(string? File, string Name, string Code)> Blocks(string document) => Block().Matches(document).Select(static match =>
        (match.Groups["file"].Success ? match.Groups["file"].Value : null, match.Groups["name"].Value, match.Groups["code"].Value));

    [GeneratedRegex(@"(?:<!-- snippet: (?<file>[^\s#]+)(?:#(?<name>\S+))? -->\n)?^ *```(?:csharp|cs|c#)\n(?<code>.*?)^ *```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
