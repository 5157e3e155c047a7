using System.Text.RegularExpressions;

namespace ReproBuild.PublicApi.Tests.Documentation;

public partial class LinkTests
{
    public static TheoryData<string> Documents => [.. RepositoryFiles.Documents];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_to_a_file_leads_to_one(string document)
    {
        var directory = Path.GetDirectoryName(RepositoryFiles.FullPath(document))!;
        foreach (Match link in Link().Matches(WithoutCode(RepositoryFiles.Read(document))))
        {
            var (path, anchor) = (link.Groups["path"].Value, link.Groups["anchor"].Value);
            var target = path.Length == 0 ? RepositoryFiles.FullPath(document) : Path.GetFullPath(Path.Combine(directory, path));
            Assert.True(Path.Exists(target), $"{document}: {link.Value} leads nowhere");
            Assert.True(anchor.Length == 0 || Anchors(File.ReadAllText(target)).Contains(anchor), $"{document}: {link.Value} names no heading");
        }
    }

    [Fact]
    public void Every_document_is_one_that_the_readme_leads_to()
    {
        var readme = RepositoryFiles.Read("README.md");
        Assert.All(
            RepositoryFiles.Documents.Where(static d => d.StartsWith("docs/", StringComparison.Ordinal)),
            document => Assert.Contains($"({document})", readme, StringComparison.Ordinal));
    }

    private static string WithoutCode(string text) => InlineCode().Replace(CodeBlock().Replace(text, ""), "");

    /// <summary>A heading's anchor, as the usual renderers of Markdown make it.</summary>
    private static IEnumerable<string> Anchors(string text) => Heading().Matches(text).Select(static match =>
        string.Concat(match.Groups[1].Value.Trim().ToLowerInvariant().Where(static c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?!\w+:)(?<path>[^)#\s]*)(?:#(?<anchor>[^)\s]*))?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^ *```.*?^ *```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"`[^`\n]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
