using System.Text.Json.Nodes;
using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.Conforming;
using ReproBuild.Testing.InMemory;

namespace ReproBuild.Core.Tests.Building;

/// <summary>The assembled tree of each conformance case is the one that LinuxKit's own build gives.</summary>
public class AssembledTreeTests
{
    [Theory]
    [InlineData("minimal", "amd64", "minimal.yml")]
    [InlineData("options", "amd64", "options.yml")]
    [InlineData("files", "amd64", "files.yml")]
    [InlineData("kernelvariants", "amd64", "kernelvariants.yml")]
    [InlineData("labels", "amd64", "labels.yml")]
    [InlineData("layers", "amd64", "layers.yml")]
    [InlineData("merge", "amd64", "merge-a.yml", "merge-b.yml")]
    [InlineData("multiarch", "amd64", "multiarch.yml")]
    [InlineData("multiarch-arm64", "arm64", "multiarch.yml")]
    [InlineData("volumes", "amd64", "volumes.yml")]
    public async Task The_tree_is_the_expected_one(string expected, string architecture, params string[] files)
    {
        await AssembleAsync(architecture, files, tree =>
        {
            var differences = ExpectedTree.Load(expected).CompareTree(tree);
            Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences.Take(40)));
        });
    }

    [Fact]
    public async Task A_volume_in_OCI_format_holds_a_layout_of_its_image()
    {
        const string Lower = "containers/volumes/layout/lower";
        await AssembleAsync("amd64", ["ocivolume.yml"], static tree => AssertIsLayout(tree, Lower));
    }

    private static void AssertIsLayout(FileTree tree, string directory)
    {
        var digest = ConformanceLayout.Resolve("127.0.0.1:5000/fx/base:1");
        Assert.Equal("1.0.0", (string?)Json(tree, $"{directory}/oci-layout")["imageLayoutVersion"]);
        var descriptor = Assert.Single(Json(tree, $"{directory}/index.json")["manifests"]!.AsArray())!;
        Assert.Equal(digest.ToString(), (string?)descriptor["digest"]);
        Assert.Equal("127.0.0.1:5000/fx/base:1", (string?)descriptor["annotations"]!["org.opencontainers.image.ref.name"]);
        foreach (var blob in (Digest[])[digest, ConformanceLayout.Config(digest), .. ConformanceLayout.Layers(digest)])
        {
            Assert.Equal(blob, Digest.OfSha256(Content(tree, $"{directory}/blobs/sha256/{blob.Hex}")));
        }
    }

    private static JsonNode Json(FileTree tree, string path) => JsonNode.Parse(Content(tree, path))!;

    private static byte[] Content(FileTree tree, string path)
    {
        var content = tree.Find(path)!.Inode.Content;
        var bytes = new byte[content.Length];
        content.Read(0, bytes);
        return bytes;
    }

    /// <summary>Builds, and looks at the tree while the build's files are open.</summary>
    private static async Task AssembleAsync(string architecture, string[] files, Action<FileTree> look)
    {
        var cases = Path.Combine(ExpectedTree.DataDirectory, "cases");
        var config = await LinuxKitConfig.LoadAsync([.. files.Select(file => Path.Combine(cases, file))], cancellationToken: TestContext.Current.CancellationToken);
        var format = new RecordingFormat { Before = (context, token) => Task.Run(() => look(context.Root), token) };
        var options = new BuildOptions { Formats = [format.Name], Architecture = architecture, Sbom = false, WorkingDirectory = cases };
        await new ImageBuilder(new ConformanceImageSource(), [format]).BuildAsync(config, options, new InMemorySink(), null, TestContext.Current.CancellationToken);
        Assert.NotNull(format.Seen);
    }
}
