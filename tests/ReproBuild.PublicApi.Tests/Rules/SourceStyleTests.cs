using System.Globalization;
using System.Text.RegularExpressions;

namespace ReproBuild.PublicApi.Tests.Rules;

/// <summary>What <c>.editorconfig</c> says and no analyzer enforces in a build.</summary>
public partial class SourceStyleTests
{
    [Fact]
    public void No_line_in_src_is_longer_than_editorconfig_allows()
    {
        var limit = Limit();
        var offenders = RepositoryFiles.Sources("src").SelectMany(path => TooLong(path, limit)).ToList();
        Assert.True(offenders.Count == 0, $"{offenders.Count} lines are longer than {limit} characters:\n{string.Join('\n', offenders)}");
    }

    [Fact]
    public void Static_readonly_fields_are_in_Pascal_case()
    {
        string[] directories = ["src", "tests", "samples"];
        var offenders = directories.SelectMany(RepositoryFiles.Sources)
            .SelectMany(static path => MisspelledField().Matches(RepositoryFiles.Read(path)).Select(match => $"{path}: {match.Groups[1].Value}"));
        Assert.Empty(offenders);
    }

    private static IEnumerable<string> TooLong(string path, int limit) => RepositoryFiles.Read(path).Split('\n')
        .Select((line, index) => (line.Length, Number: index + 1))
        .Where(line => line.Length > limit)
        .Select(line => $"{path}:{line.Number}: {line.Length}");

    private static int Limit()
    {
        var section = SourceSection().Match(RepositoryFiles.Read(".editorconfig"));
        Assert.True(section.Success, ".editorconfig has no max_line_length in its section [src/**.cs]");
        return int.Parse(section.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^\[src/\*\*\.cs\]\n(?:[^\[\n].*\n|\n)*?max_line_length = (\d+)$", RegexOptions.Multiline)]
    private static partial Regex SourceSection();

    [GeneratedRegex(@"^ +(?:private|internal) static readonly [^=;(]*\b([a-z_]\w*) ?[=;]", RegexOptions.Multiline)]
    private static partial Regex MisspelledField();
}
