using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ReproBuild.Testing.Conforming;
using ReproBuild.Testing.InMemory;

namespace ReproBuild.Build.Tests;

/// <summary>Each configuration of the conformance data, built from its OCI layout, gives a tar that extracts to what LinuxKit's own build gives.</summary>
public sealed class ConformanceTests : IDisposable
{
    private readonly string _cache = Directory.CreateTempSubdirectory("reprobuild-conformance-").FullName;

    public void Dispose() => Directory.Delete(_cache, recursive: true);

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
    public async Task The_tar_extracts_to_the_expected_tree(string expected, string architecture, params string[] files)
    {
        var differences = ExpectedTree.Load(expected).CompareTar(await BuildTarAsync(architecture, files));
        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences.Take(40)));
    }

    [Fact]
    public async Task A_volume_in_OCI_format_holds_a_valid_layout_of_its_image()
    {
        var files = ExpectedTree.FilesOf(await BuildTarAsync("amd64", ["ocivolume.yml"]), "containers/volumes/layout/lower/");
        Assert.Equal("1.0.0", (string?)JsonNode.Parse(files["oci-layout"])!["imageLayoutVersion"]);
        var descriptor = Assert.Single(JsonNode.Parse(files["index.json"])!["manifests"]!.AsArray())!;
        Assert.Equal("127.0.0.1:5000/fx/base:1", (string?)descriptor["annotations"]!["org.opencontainers.image.ref.name"]);
        var manifest = JsonNode.Parse(Blob(files, descriptor))!;
        Blob(files, manifest["config"]!);
        Assert.All(manifest["layers"]!.AsArray(), layer => Blob(files, layer!));
    }

    private static byte[] Blob(IReadOnlyDictionary<string, byte[]> files, JsonNode descriptor)
    {
        var digest = (string)descriptor["digest"]!;
        var content = files["blobs/" + digest.Replace(':', '/')];
        Assert.Equal(digest, "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content)));
        Assert.Equal((long)descriptor["size"]!, content.Length);
        return content;
    }

    private async Task<byte[]> BuildTarAsync(string architecture, string[] files)
    {
        var cases = Path.Combine(ExpectedTree.DataDirectory, "cases");
        var config = await LinuxKitConfig.LoadAsync([.. files.Select(file => Path.Combine(cases, file))], cancellationToken: TestContext.Current.CancellationToken);
        using var images = new OciLayoutImageSource(Path.Combine(ExpectedTree.DataDirectory, "layout"), _cache);
        var options = new BuildOptions { Name = "case", Formats = ["tar"], Architecture = architecture, Sbom = false, WorkingDirectory = cases };
        var sink = new InMemorySink();
        await new ImageBuilder(images, StandardOutputFormats.All).BuildAsync(config, options, sink, null, TestContext.Current.CancellationToken);
        return sink.Artifacts["case.tar"];
    }
}
