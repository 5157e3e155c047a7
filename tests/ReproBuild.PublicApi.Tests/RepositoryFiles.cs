namespace ReproBuild.PublicApi.Tests;

/// <summary>Finds files of the repository from a test's output directory.</summary>
internal static class RepositoryFiles
{
    private static readonly string[] Generated = [".data", ".git", ".test-data", "bin", "obj", "TestResults"];

    public static string Root { get; } = Find();

    /// <summary>Every Markdown file, by its path from the root.</summary>
    public static IReadOnlyList<string> Documents { get; } = [.. Paths(Root, "*.md")];

    public static string FullPath(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(FullPath(path)).ReplaceLineEndings("\n");

    /// <summary>Every C# file below a directory, by its path from the root.</summary>
    public static IEnumerable<string> Sources(string directory) => Paths(FullPath(directory), "*.cs");

    private static IEnumerable<string> Paths(string directory, string pattern) =>
        Files(directory, pattern).Select(static file => Path.GetRelativePath(Root, file).Replace('\\', '/')).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Files(string directory, string pattern) =>
        Directory.GetFiles(directory, pattern).Concat(Directory.GetDirectories(directory)
            .Where(static child => !Generated.Contains(Path.GetFileName(child)))
            .SelectMany(child => Files(child, pattern)));

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "ReproBuild.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return directory.FullName;
    }
}
