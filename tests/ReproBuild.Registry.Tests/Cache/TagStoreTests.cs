using System.Text;
using ReproBuild.Registry.Cache;
using ReproBuild.Registry.Images;
using ReproBuild.Registry.Manifests;
using ReproBuild.Registry.Tests.Fixtures;

namespace ReproBuild.Registry.Tests.Cache;

/// <summary>What is remembered of tags: only what works, bound to its tag, and forgotten when it does not work.</summary>
public sealed class TagStoreTests : IAsyncLifetime
{
    private const string Reference = "registry.test/image:1";

    private readonly CachedImages _cached = new();
    private byte[] _old = [];
    private byte[] _new = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string TagFile => _cached.Paths.Tag(Reference);

    public async ValueTask InitializeAsync()
    {
        _old = await TestTar.OfAsync("etc/name", "old");
        _new = await TestTar.OfAsync("etc/name", "new");
    }

    public ValueTask DisposeAsync()
    {
        _cached.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<byte[]> ReadAsync(TagResolution policy = TagResolution.CacheFirst) =>
        CachedImages.Content(await _cached.ReadLayerAsync(Reference, policy));

    [Fact]
    public void A_record_is_read_only_as_it_was_written_and_under_its_name()
    {
        var descriptor = new OciDescriptor(MediaTypes.OciManifest, Digest.OfSha256("x"u8), 12);
        var bytes = TagRecord.Serialize("registry.test/image:1", descriptor);
        var parsed = TagRecord.Parse(bytes, "registry.test/image:1")!;
        Assert.Equal((descriptor.MediaType, descriptor.Digest, descriptor.Size), (parsed.MediaType, parsed.Digest, parsed.Size));
        Assert.Null(TagRecord.Parse(bytes, "registry.test/image:3"));
        Assert.Null(TagRecord.Parse([.. bytes, 0], "registry.test/image:1"));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(TagRecord.Parse(bytes, "registry.test/image:1"));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        foreach (var text in (string[])["", "\n", "\n\n\n\n\n\n", "reprobuild tag 1\nregistry.test/image:1\n\nsha256:\n-1\n\n", "\uFFFD"])
        {
            Assert.Null(TagRecord.Parse(Encoding.UTF8.GetBytes(text), "registry.test/image:1"));
        }
    }

    [Fact]
    public async Task The_index_for_other_tools_decides_nothing()
    {
        _cached.AddImage(Reference, TestImages.Tar, _old, _old);
        await ReadAsync();
        var index = await File.ReadAllTextAsync(_cached.Paths.IndexFile, Cancel);
        await File.WriteAllTextAsync(_cached.Paths.IndexFile, index.Replace("image:1", "image:3", StringComparison.Ordinal), Cancel);
        Assert.Equal(_old, await ReadAsync());
        await Assert.ThrowsAsync<ImageNotFoundException>(() => _cached.ReadLayerAsync("registry.test/image:3", TagResolution.CacheOnly));
    }

    [Fact]
    public async Task The_tags_of_an_older_cache_are_taken_over_even_offline()
    {
        _cached.AddImage(Reference, TestImages.Tar, _old, _old);
        await ReadAsync();
        Directory.Delete(_cached.Paths.Tags, recursive: true);
        Assert.Equal(_old, await ReadAsync(TagResolution.CacheOnly));

        _cached.AddImage("registry.test/other:1", TestImages.Tar, _new, _new);
        await _cached.ReadLayerAsync("registry.test/other:1");
        File.Delete(_cached.Paths.IndexFile);
        Assert.Equal(_old, await ReadAsync(TagResolution.CacheOnly));
    }

    [Fact]
    public async Task A_manifest_that_does_not_fit_its_configuration_is_not_remembered()
    {
        var layer = _cached.Images.AddBlob(TestImages.Tar, _old);
        var good = _cached.Images.AddImage(Platform.Linux("amd64"), (layer, Digest.OfSha256(_old)));
        var manifest = Encoding.UTF8.GetString(_cached.Images.Blobs[good.Digest.ToString()]);
        var json = System.Text.Json.Nodes.JsonNode.Parse(manifest)!.AsObject();
        json["layers"] = new System.Text.Json.Nodes.JsonArray(layer.ToJson(), layer.ToJson());
        _cached.Images.Tag(Reference, _cached.Images.AddJson(MediaTypes.OciManifest, json));
        await Assert.ThrowsAsync<IntegrityException>(() => ReadAsync());
        Assert.False(File.Exists(TagFile));

        _cached.Images.Tag(Reference, good);
        Assert.Equal(_old, await ReadAsync());
    }

    [Fact]
    public async Task A_layer_that_is_not_what_the_configuration_says_is_forgotten()
    {
        var broken = _cached.Images.AddImage(Platform.Linux("amd64"), (_cached.Images.AddBlob(TestImages.Tar, _old), Digest.OfSha256(_new)));
        _cached.Images.Tag(Reference, broken);
        await Assert.ThrowsAsync<IntegrityException>(() => ReadAsync());
        _cached.AddImage(Reference, TestImages.Tar, _new, _new);
        Assert.Equal(_new, await ReadAsync());
    }

    [Fact]
    public async Task An_image_without_the_platform_is_not_remembered()
    {
        _cached.Images.Tag(Reference, _cached.Images.AddIndex(_cached.Images.AddImage(Platform.Linux("s390x"))));
        await Assert.ThrowsAsync<ReproBuildException>(() => ReadAsync());
        _cached.AddImage(Reference, TestImages.Tar, _new, _new);
        Assert.Equal(_new, await ReadAsync());
    }

    [Theory]
    [InlineData("manifest")]
    [InlineData("configuration")]
    [InlineData("layer")]
    public async Task A_remembered_tag_that_cannot_be_served_is_asked_for_again(string missing)
    {
        var old = _cached.AddImage(Reference, TestImages.Tar, _old, _old);
        await ReadAsync();
        var gone = missing switch
        {
            "manifest" => old.Digest,
            "layer" => Digest.OfSha256(_old),
            _ => _cached.Images.Blobs.Keys.Select(Digest.Parse).Single(d => d != old.Digest && d != Digest.OfSha256(_old)),
        };
        _cached.AddImage(Reference, TestImages.Tar, _new, _new);
        _cached.Images.RemoveBlob(gone);
        File.Delete(_cached.Paths.Blob(gone));
        File.Delete(_cached.Paths.LayerArchive(Digest.OfSha256(_old)));
        if (missing == "layer")
        {
            // The image was decided for already: this build fails, and the next one asks.
            await Assert.ThrowsAnyAsync<ReproBuildException>(() => ReadAsync());
        }

        Assert.Equal(_new, await ReadAsync());
        Assert.Equal(_new, await ReadAsync(TagResolution.CacheOnly));
    }

    [Fact]
    public async Task What_a_source_used_once_is_never_exchanged_for_another_image()
    {
        var amd64 = _cached.Images.AddImage(Platform.Linux("amd64"), (_cached.Images.AddBlob(TestImages.Tar, _old), Digest.OfSha256(_old)));
        var arm64 = _cached.Images.AddImage(Platform.Linux("arm64"), (_cached.Images.AddBlob(TestImages.Tar, _old), Digest.OfSha256(_old)));
        _cached.Images.Tag(Reference, _cached.Images.AddIndex(amd64, arm64));
        await ReadAsync();
        _cached.AddImage(Reference, TestImages.Tar, _new, _new);
        _cached.Images.RemoveBlob(arm64.Digest);

        var source = _cached.OpenSource();
        Assert.Equal(_old, CachedImages.Content(await CachedImages.ReadLayerAsync(source, Reference, Cancel)));
        await Assert.ThrowsAnyAsync<Exception>(() => source.GetImageAsync(ImageReference.Parse(Reference), Platform.Linux("arm64"), Cancel));
        Assert.Equal(_old, CachedImages.Content(await CachedImages.ReadLayerAsync(source, Reference, Cancel)));
    }
}
