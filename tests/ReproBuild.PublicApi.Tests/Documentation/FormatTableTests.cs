using System.Text.RegularExpressions;

namespace ReproBuild.PublicApi.Tests.Documentation;

public partial class FormatTableTests
{
    [Fact]
    public void The_readme_lists_every_format_with_its_files()
    {
        var section = RepositoryFiles.Read("README.md").Split("## Output formats\n")[1].Split("\n## ")[0];
        var rows = section.Split('\n').Where(static line => line.StartsWith("| `", StringComparison.Ordinal)).Select(static line => line.Split('|'));
        var listed = rows.SelectMany(static cells => Code().Matches(cells[1]).Select(name => (Name: name.Groups[1].Value, Files: cells[2]))).ToList();

        Assert.Equal(StandardOutputFormats.All.Select(static f => f.Name).Order(StringComparer.Ordinal), listed.Select(static row => row.Name).Order(StringComparer.Ordinal));
        Assert.Empty(StandardOutputFormats.All.SelectMany(format => format.ArtifactSuffixes
            .Where(suffix => !listed.Single(row => row.Name == format.Name).Files.Contains($"`NAME{suffix}`", StringComparison.Ordinal))));
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
