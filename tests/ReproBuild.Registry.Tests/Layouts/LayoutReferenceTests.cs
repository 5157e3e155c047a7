using ReproBuild.Registry.Content;
using ReproBuild.Registry.Manifests;
using ReproBuild.Registry.Tests.Fixtures;

namespace ReproBuild.Registry.Tests.Layouts;

public sealed class LayoutReferenceTests : IAsyncLifetime
{
    private readonly TestDirectory _directory = new();
    private readonly TestImages _images = new();
    private readonly List<OciLayoutImageSource> _sources = [];
    private OciDescriptor _one = null!;
    private OciDescriptor _two = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _one = await AddImageAsync("one", "amd64");
        _two = await AddImageAsync("two", "amd64");
    }

    public ValueTask DisposeAsync()
    {
        _sources.ForEach(static source => source.Dispose());
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<OciDescriptor> AddImageAsync(string content, string architecture)
    {
        var tar = await TestTar.OfAsync("etc/name", content);
        return _images.AddImage(Platform.Linux(architecture), (_images.AddBlob(TestImages.Tar, tar), Digest.OfSha256(tar)));
    }

    private OciLayoutImageSource Open(params OciDescriptor[] entries)
    {
        TestLayout.Write(_directory["layout"], _images, entries);
        _sources.Add(new OciLayoutImageSource(_directory["layout"], _directory["cache"]));
        return _sources[^1];
    }

    private static async Task<Digest> FindAsync(OciLayoutImageSource source, string reference, string architecture = "amd64") =>
        (await source.GetImageAsync(ImageReference.Parse(reference), Platform.Linux(architecture), Cancel)).ManifestDigest;

    [Theory]
    [InlineData("docker.io/library/alpine:3", "alpine:3")]
    [InlineData("alpine:3", "docker.io/library/alpine:3")]
    [InlineData("library/alpine:3", "alpine:3")]
    [InlineData("3", "alpine:3")]
    [InlineData("latest", "alpine")]
    [InlineData("registry.test:5000/a/b:1", "registry.test:5000/a/b:1")]
    public async Task An_image_is_found_by_every_form_of_name_that_tools_write(string written, string asked) =>
        Assert.Equal(_one.Digest, await FindAsync(Open(_two, _one.Named(written)), asked));

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"mediaType\":\"a\",\"digest\":\"x\",\"size\":1,\"annotations\":{\"org.opencontainers.image.ref.name\":\"bad:1\"}}")]
    public async Task A_bad_entry_beside_a_good_one_does_not_matter_and_is_named_when_nothing_is_found(string bad)
    {
        var source = Open(_one.Named("alpine:3"));
        var path = Path.Combine(_directory["layout"], "index.json");
        var json = await File.ReadAllTextAsync(path, Cancel);
        await File.WriteAllTextAsync(path, json.Replace("\"manifests\":[", $"\"manifests\":[{bad},", StringComparison.Ordinal), Cancel);
        Assert.Equal(_one.Digest, await FindAsync(source, "alpine:3"));
        var error = await Assert.ThrowsAsync<ImageNotFoundException>(() => FindAsync(source, "bad:1"));
        Assert.Contains("1 of its entries cannot be read: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("manifests[0]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_name_goes_before_a_tag_alone()
    {
        var source = Open(_one.Named("3"), _two.Named("docker.io/library/alpine:3"));
        Assert.Equal(_two.Digest, await FindAsync(source, "alpine:3"));
    }

    [Fact]
    public async Task A_tag_alone_cannot_stand_for_two_repositories()
    {
        var source = Open(_one.Named("3"));
        Assert.Equal(_one.Digest, await FindAsync(source, "alpine:3"));
        Assert.Equal(_one.Digest, await FindAsync(source, "alpine:3"));
        var error = await Assert.ThrowsAsync<ReproBuildException>(() => FindAsync(source, "busybox:3"));
        Assert.Contains("cannot be both docker.io/library/alpine and docker.io/library/busybox", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_name_that_containerd_writes_is_known_and_restricts_the_tag()
    {
        var source = Open(_one.Named("1").Named("docker.io/library/alpine:1", "io.containerd.image.name"));
        Assert.Equal(_one.Digest, await FindAsync(source, "alpine:1"));
        await Assert.ThrowsAsync<ImageNotFoundException>(() => FindAsync(source, "busybox:1"));
    }

    [Fact]
    public async Task Manifests_of_one_name_are_the_platforms_of_one_image()
    {
        var arm = await AddImageAsync("arm", "arm64");
        var source = Open(_one.Named("registry.test/multi:1"), arm.Named("registry.test/multi:1"));
        Assert.Equal(_one.Digest, await FindAsync(source, "registry.test/multi:1"));
        Assert.Equal(arm.Digest, await FindAsync(source, "registry.test/multi:1", "arm64"));
        var artifact = await source.GetArtifactAsync(ImageReference.Parse("registry.test/multi:1"), [], Cancel);
        Assert.Equal(7, artifact.Blobs.Length);
    }

    [Fact]
    public async Task Indexes_inside_indexes_are_searched()
    {
        var arm = await AddImageAsync("arm", "arm64");
        var inner = _images.AddIndex(arm with { Platform = null });
        var outer = _images.AddIndex(_one, _images.AddIndex(inner));
        Assert.Equal(arm.Digest, await FindAsync(Open(outer.Named("registry.test/nested:1")), "registry.test/nested:1", "arm64"));
    }

    [Fact]
    public async Task Indexes_that_are_too_deep_are_an_error()
    {
        var index = _one;
        for (var i = 0; i < 5; i++)
        {
            index = _images.AddIndex(index);
        }

        var error = await Assert.ThrowsAsync<IntegrityException>(() => FindAsync(Open(index.Named("registry.test/deep:1")), "registry.test/deep:1"));
        Assert.Contains("MaxIndexDepth", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_is_no_layout_is_an_error_that_says_how_to_make_one()
    {
        using var source = new OciLayoutImageSource(_directory["nothing"], _directory["cache"]);
        var error = await Assert.ThrowsAsync<ReproBuildException>(() => FindAsync(source, "alpine"));
        Assert.Contains("is not an OCI image layout", error.Message, StringComparison.Ordinal);
        Assert.Contains("skopeo copy", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_or_missing_blob_of_a_layout_is_an_error_that_names_the_file()
    {
        var source = Open(_one.Named("alpine:1"));
        var image = await source.GetImageAsync(ImageReference.Parse("alpine:1"), Platform.Linux("amd64"), Cancel);
        var layer = Digest.Parse(_images.Blobs.Keys.Single(digest => Digest.Parse(digest) == image.Configuration.DiffIds[0]));
        var path = Path.Combine(_directory["layout"], "blobs", "sha256", layer.Hex);
        var bytes = await File.ReadAllBytesAsync(path, Cancel);

        bytes[600] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, Cancel);
        var error = await Assert.ThrowsAnyAsync<IntegrityException>(() => image.GetLayerAsync(0, null, Cancel));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);

        File.Delete(path);
        error = await Assert.ThrowsAnyAsync<IntegrityException>(() => image.GetLayerAsync(0, null, Cancel));
        Assert.Contains($"'{path}' is missing", error.Message, StringComparison.Ordinal);
    }
}
