namespace ReproBuild.PublicApi.Tests.Rules;

/// <summary>The analyzer says nothing about a line that names nothing, and then bans nothing.</summary>
public class BannedSymbolTests
{
    private static readonly string[][] Lines =
        [.. RepositoryFiles.Read("eng/BannedSymbols.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(';'))];

    [Fact]
    public void Every_banned_symbol_exists() => Assert.DoesNotContain(Lines.Select(static line => line[0]), static id => !DocumentationId.Exists(id));

    [Fact]
    public void Every_banned_symbol_is_listed_once_and_with_a_reason_of_one_part()
    {
        Assert.Equal(Lines.Length, Lines.Select(static line => line[0]).Distinct().Count());
        Assert.All(Lines, static line => Assert.True(line is [_, { Length: > 10 }], string.Join(';', line)));
    }

    [Fact]
    public void A_symbol_that_does_not_exist_is_noticed()
    {
        Assert.True(DocumentationId.Exists("M:System.IO.Directory.GetFiles(System.String)"));
        Assert.False(DocumentationId.Exists("M:System.IO.Directory.GetFiles(System.Int32)"));
        Assert.False(DocumentationId.Exists("T:System.IO.Directories"));
    }

    /// <summary>Each suppression in src says why, on its line or on the one before.</summary>
    [Fact]
    public void Every_use_of_a_banned_symbol_is_explained()
    {
        var sources = Directory.GetFiles(RepositoryFiles.FullPath("src"), "*.cs", SearchOption.AllDirectories)
            .Where(static file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        foreach (var file in sources)
        {
            var lines = File.ReadAllLines(file);
            for (var i = 0; i < lines.Length; i++)
            {
                if (lines[i].Contains("disable RS0030", StringComparison.Ordinal))
                {
                    var isExplained = lines[i].Contains("//", StringComparison.Ordinal) || (i > 0 && lines[i - 1].TrimStart().StartsWith("//", StringComparison.Ordinal));
                    Assert.True(isExplained, $"{file}:{i + 1}: no comment says why the value cannot reach an output");
                }
            }
        }
    }
}
