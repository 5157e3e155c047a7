namespace ReproBuild.PublicApi.Tests.Rules;

/// <summary>The direction of dependencies between the folders of each project, as docs/architecture.md draws them.</summary>
public class FolderDependencyTests
{
    /// <summary>
    /// The folders of each project; <c>.</c> is its own directory. A folder may use those before it and nothing else: so none use each other,
    /// and a folder may use those inside it, but not the one that it is in, unless that holds the vocabulary of all and stands first.
    /// </summary>
    private static readonly Dictionary<string, string[]> Folders = new(StringComparer.Ordinal)
    {
        ["ReproBuild.Cli"] = ["Progress", "Flags", "."],
        ["ReproBuild.Conformance"] = ["."],
        ["ReproBuild.Core"] =
        [
            ".", "Json", "Compression/Coding", "Compression/Deflate", "Compression/Zstandard", "Compression", "Publishing", "FileSystem", "Pieces",
            "Tar", "Layers", "Images", "Sbom",
            "Configuration/Yaml", "Configuration/Fields", "Configuration", "Runtime",
            "Building/Artifacts", "Building/Kernel", "Building/Context", "Building/Assembling", "Building",
        ],
        ["ReproBuild.Outputs"] =
        [
            "Shared", "Tar", "Fat", "Partitioning", "UBoot", "SquashFs", "Erofs", "VirtualDisks", "Iso9660",
            "Boot/Pe", "Boot/Kernel", "Boot/Bios", "Boot/Uefi", "Boot", "Initrd", "Cds", "RaspberryPi", "Disks", ".",
        ],
        ["ReproBuild.Registry"] = [".", "Manifests", "Credentials", "Transport", "Authentication", "Content", "Cache", "Images", "Layouts"],
    };

    public static TheoryData<string> Projects =>
        [.. Directory.GetDirectories(RepositoryFiles.FullPath("src")).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_folder_uses_only_those_before_it(string project)
    {
        var offences = Offences(FolderDependencies.Find(RepositoryFiles.FullPath($"src/{project}")), Folders[project]).ToList();
        Assert.True(offences.Count == 0, string.Join('\n', offences));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_folder_has_its_place(string project)
    {
        var root = RepositoryFiles.FullPath($"src/{project}");
        var folders = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Replace('\\', '/'))
            .Where(static folder => folder.Split('/')[0] is not ("bin" or "obj")).Distinct();
        Assert.Equal(folders.Order(StringComparer.Ordinal), Folders[project].Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_use_of_a_later_folder_is_found_and_named()
    {
        var uses = FolderDependencies.Find(
        [
            ("Low/A.cs", "namespace N; class A { const int Size = B.Size; object Make() => new C<int>(); } "),
            ("High/B.cs", "namespace N; static class B { public const int Size = 1; } class C<T> : A { }"),
        ]);

        Assert.Equal(["Low/A.cs uses High's B", "Low/A.cs uses High's C"], Offences(uses, ["Low", "High"]).Order(StringComparer.Ordinal));
        Assert.Equal(["High/B.cs uses Low's A"], Offences(uses, ["High", "Low"]));
    }

    private static IEnumerable<string> Offences(IEnumerable<FolderUse> uses, string[] order) => uses
        .Where(use => Array.IndexOf(order, use.To) >= Array.IndexOf(order, use.From))
        .Select(static use => $"{use.From}/{use.File} uses {use.To}'s {use.Type}");
}
