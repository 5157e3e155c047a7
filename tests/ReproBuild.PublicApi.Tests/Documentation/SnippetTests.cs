namespace ReproBuild.PublicApi.Tests.Documentation;

public class SnippetTests
{
    public static TheoryData<string> Documents => [.. RepositoryFiles.Documents.Where(static d => Snippet.Blocks(RepositoryFiles.Read(d)).Any())];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_program_in_a_document_is_one_that_compiles(string document)
    {
        foreach (var (file, name, code) in Snippet.Blocks(RepositoryFiles.Read(document)))
        {
            Assert.True(file is not null, $"{document}: no line <!-- snippet: PATH#NAME --> stands before:\n{code}");
            Assert.True(File.Exists(RepositoryFiles.FullPath(file)), $"{document}: there is no {file}");
            Assert.EndsWith(".cs", file, StringComparison.Ordinal);
            var source = Snippet.Find(RepositoryFiles.Read(file), name);
            Assert.True(source is not null, $"{document}: {file} has no part between '// begin {name}' and '// end'");
            Assert.Equal(source, code);
        }
    }

    [Fact]
    public void The_readme_shows_a_program() => Assert.Contains("README.md", Documents.Select(static row => row.Data));

    [Fact]
    public void A_snippet_loses_its_indentation() =>
        Assert.Equal("if (x)\n{\n    y();\n\n}\n", Snippet.Find("    // begin a\n    if (x)\n    {\n        y();\n\n    }\n    // end\n", "a"));
}
