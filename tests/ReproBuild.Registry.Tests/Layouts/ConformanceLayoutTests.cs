using ReproBuild.Registry.Manifests;
using ReproBuild.Registry.Tests.Fixtures;
using ReproBuild.Testing.Conforming;

namespace ReproBuild.Registry.Tests.Layouts;

public sealed class ConformanceLayoutTests : IDisposable
{
    private const string Arm64 = "sha256:d63019350ec92bb85e33d1b1d3af01d18fc5aa7944c10556c5c6b08111954927";
    private const string Prefix = "127.0.0.1:5000/fx/";

    private readonly TestDirectory _directory = new();
    private readonly OciLayoutImageSource _source;

    public ConformanceLayoutTests() => _source = new OciLayoutImageSource(Path.Combine(ExpectedTree.DataDirectory, "layout"), _directory["cache"]);

    public void Dispose()
    {
        _source.Dispose();
        _directory.Dispose();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("layers")]
    [InlineData("base")]
    [InlineData("labelled")]
    [InlineData("kernel")]
    [InlineData("init")]
    [InlineData("init2")]
    [InlineData("multi")]
    public async Task Every_image_is_found_by_its_full_reference_and_its_layers_are_read(string name)
    {
        var reference = ImageReference.Parse($"{Prefix}{name}:1");
        var image = await _source.GetImageAsync(reference, Platform.Linux("amd64"), Cancel);

        Assert.Equal(ConformanceLayout.Resolve(reference.ToString()), image.Digest);
        Assert.Equal(ConformanceLayout.Manifest(image.Digest, "amd64"), image.ManifestDigest);
        Assert.Equal(ConformanceLayout.Layers(image.ManifestDigest).Length, image.LayerCount);
        for (var i = 0; i < image.LayerCount; i++)
        {
            var layer = await image.GetLayerAsync(i, progress: null, Cancel);
            Assert.Equal(image.Configuration.DiffIds[i], layer.DiffId);
            Assert.NotEmpty(layer.Index.Entries);
        }
    }

    [Fact]
    public async Task The_platform_decides_which_image_of_an_index_is_taken()
    {
        var reference = ImageReference.Parse($"{Prefix}multi:1");
        var amd64 = await _source.GetImageAsync(reference, Platform.Linux("amd64"), Cancel);
        var arm64 = await _source.GetImageAsync(reference, Platform.Linux("arm64"), Cancel);

        Assert.Equal(["amd"], amd64.Configuration.Command);
        Assert.Equal(["arm"], arm64.Configuration.Command);
        Assert.Equal(amd64.Digest, arm64.Digest);
    }

    [Fact]
    public async Task A_missing_platform_is_an_error_that_names_those_there_are()
    {
        var error = await Assert.ThrowsAsync<ReproBuildException>(() =>
            _source.GetImageAsync(ImageReference.Parse($"{Prefix}multi:1"), Platform.Linux("riscv64"), Cancel));
        Assert.Contains("linux/amd64, linux/arm64", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_without_an_index_is_taken_for_any_platform()
    {
        var image = await _source.GetImageAsync(ImageReference.Parse($"{Prefix}base:1"), Platform.Linux("arm64"), Cancel);
        Assert.Equal("amd64", image.Configuration.Platform.Architecture);
    }

    [Fact]
    public async Task A_missing_image_is_an_error_that_lists_what_the_layout_has()
    {
        var error = await Assert.ThrowsAsync<ImageNotFoundException>(() =>
            _source.GetImageAsync(ImageReference.Parse("alpine:3"), Platform.Linux("amd64"), Cancel));
        Assert.Contains("docker.io/library/alpine:3 is not in the OCI image layout", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{Prefix}base:1, {Prefix}init2:1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_is_found_by_digest_alone()
    {
        var digest = ConformanceLayout.Resolve($"{Prefix}base:1");
        var image = await _source.GetImageAsync(ImageReference.Parse($"anything@{digest}"), Platform.Linux("amd64"), Cancel);
        Assert.Equal(digest, image.ManifestDigest);
    }

    [Fact]
    public async Task A_whole_index_is_collected_with_everything_below_it()
    {
        var reference = ImageReference.Parse($"{Prefix}multi:1");
        var artifact = await _source.GetArtifactAsync(reference, [], Cancel);

        Assert.Equal(ConformanceLayout.Resolve(reference.ToString()), artifact.Digest);
        Assert.Equal(7, artifact.Blobs.Length);
        var digests = artifact.Blobs.Select(static b => b.Digest.ToString()).ToArray();
        Assert.Equal(digests.Order(StringComparer.Ordinal), digests);
        foreach (var blob in artifact.Blobs)
        {
            using var content = blob.Content.OpenRead();
            Assert.Equal(blob.Digest.Hex, Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(content, Cancel)));
        }
    }

    [Fact]
    public async Task An_index_is_cut_down_to_the_platforms_asked_for()
    {
        var artifact = await _source.GetArtifactAsync(ImageReference.Parse($"{Prefix}multi:1"), [Platform.Linux("arm64")], Cancel);

        Assert.Equal("application/vnd.oci.image.index.v1+json", artifact.MediaType);
        Assert.Equal(4, artifact.Blobs.Length);
        var root = artifact.Blobs.Single(blob => blob.Digest == artifact.Digest).Content;
        using var reader = new StreamReader(root.OpenRead());
        Assert.Equal(
            """{"manifests":["""
            + $$"""{"digest":"{{Arm64}}","mediaType":"{{MediaTypes.OciManifest}}","platform":{"architecture":"arm64","os":"linux"},"size":418}]"""
            + ""","mediaType":"application/vnd.oci.image.index.v1+json","schemaVersion":2}""",
            await reader.ReadToEndAsync(Cancel));
    }
}
