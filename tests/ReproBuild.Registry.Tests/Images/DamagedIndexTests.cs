using System.Text;
using System.Text.Json.Nodes;
using ReproBuild.Registry.Images;
using ReproBuild.Registry.Manifests;
using ReproBuild.Registry.Tests.Fixtures;

namespace ReproBuild.Registry.Tests.Images;

/// <summary>Null, missing and bad parts of an image that are not needed do not make it unusable; what is needed stays an error.</summary>
public sealed class DamagedIndexTests : IDisposable
{
    private const string Reference = "registry.test/image:1";
    private const string Sha = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private readonly CachedImages _cached = new();

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"mediaType":null,"digest":null,"size":null}""")]
    [InlineData("""{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:0","size":1}""")]
    [InlineData("""{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"SHA","size":-1}""")]
    [InlineData("""{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"SHA","size":1,"platform":[]}""")]
    [InlineData("""{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"SHA","size":1,"annotations":{"k":7}}""")]
    [InlineData("""{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"SHA","size":1,"platform":{"os":"a","architecture":"b"}}""")]
    [InlineData("""{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"EMPTY","size":2}""")]
    [InlineData("""{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"MANIFEST","size":SIZE}""")]
    [InlineData("""{"mediaType":"","digest":"SHA","size":1}""")]
    [InlineData("""{"mediaType":"text/html","digest":"SHA","size":1}""")]
    public async Task One_bad_entry_beside_a_good_one_does_not_matter(string bad)
    {
        var image = _cached.Images.AddImage(Platform.Linux("amd64"));
        var empty = _cached.Images.AddBlob("", "[]"u8.ToArray());
        var json = bad.Replace("SHA", Sha, StringComparison.Ordinal)
            .Replace("EMPTY", empty.Digest.ToString(), StringComparison.Ordinal)
            .Replace("MANIFEST", image.Digest.ToString(), StringComparison.Ordinal)
            .Replace("SIZE", $"{image.Size}", StringComparison.Ordinal);
        Tag($"{json},{image.ToJson().ToJsonString()}");
        Assert.Equal(image.Digest, await FindAsync());
        Tag($"{image.ToJson().ToJsonString()},{json}");
        Assert.Equal(image.Digest, await FindAsync());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"os":null,"architecture":null,"variant":null}""")]
    [InlineData("""{"os":"","architecture":"","variant":""}""")]
    [InlineData("""{"architecture":"amd64"}""")]
    [InlineData("""{"os":"linux"}""")]
    public async Task A_platform_that_the_index_does_not_give_comes_from_the_image(string platform)
    {
        var image = _cached.Images.AddImage(Platform.Linux("amd64"));
        var other = _cached.Images.AddImage(Platform.Linux("arm64"));
        Tag($"{Entry(other, platform)},{Entry(image, platform)}");
        Assert.Equal(image.Digest, await FindAsync());
    }

    [Fact]
    public async Task An_unnamed_platform_that_cannot_be_read_does_not_hide_another()
    {
        var image = _cached.Images.AddImage(Platform.Linux("amd64"));
        var damaged = _cached.Images.AddBlob(MediaTypes.OciManifest, "[]"u8.ToArray());
        Tag($"{Entry(damaged, "null")},{Entry(image, "null")}");
        Assert.Equal(image.Digest, await FindAsync());
    }

    [Fact]
    public async Task The_bad_parts_are_named_when_nothing_is_found()
    {
        var image = _cached.Images.AddImage(Platform.Linux("arm64"));
        Tag($"{{}},{image.ToJson().ToJsonString()}");
        var error = await Assert.ThrowsAnyAsync<ReproBuildException>(FindAsync);
        Assert.Contains("has no image for linux/amd64; it has linux/arm64", error.Message, StringComparison.Ordinal);
        Assert.Contains("'manifests[0].mediaType' is missing", error.Message, StringComparison.Ordinal);

        Tag("{}");
        error = await Assert.ThrowsAsync<IntegrityException>(FindAsync);
        Assert.Contains("'manifests[0].mediaType' is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_that_is_wanted_and_not_what_it_says_is_an_error()
    {
        var inner = _cached.Images.AddIndex(_cached.Images.AddImage(Platform.Linux("amd64")));
        Tag(Entry(inner with { MediaType = MediaTypes.OciManifest }, """{"os":"linux","architecture":"amd64"}"""));
        var error = await Assert.ThrowsAsync<IntegrityException>(FindAsync);
        Assert.Contains("but it is an index", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""","manifests":null""")]
    [InlineData(""","manifests":[]""")]
    [InlineData("")]
    public async Task An_index_of_nothing_has_no_image(string manifests)
    {
        var json = $$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.OciIndex}}}"{{{manifests}}}}""";
        _cached.Images.Tag(Reference, _cached.Images.AddBlob(MediaTypes.OciIndex, Encoding.UTF8.GetBytes(json)));
        var error = await Assert.ThrowsAnyAsync<ReproBuildException>(FindAsync);
        Assert.Contains("no image at all", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_selection_of_platforms_leaves_bad_entries_out()
    {
        var image = _cached.Images.AddImage(Platform.Linux("amd64"));
        Tag($"{{}},{image.ToJson().ToJsonString()}");
        var artifact = await _cached.OpenSource(TagResolution.Refresh).GetArtifactAsync(
            ImageReference.Parse(Reference), [Platform.Linux("amd64")], TestContext.Current.CancellationToken);
        Assert.NotEqual(_cached.Images.Tagged(Reference).Digest, artifact.Digest);
        Assert.Contains(artifact.Blobs, blob => blob.Digest == image.Digest);
    }

    [Theory]
    [InlineData("\"layers\":null")]
    [InlineData("\"layers\":[],\"annotations\":null")]
    [InlineData("\"layers\":[],\"annotations\":{\"a\":null},\"subject\":null,\"artifactType\":null")]
    [InlineData("\"mediaType\":null,\"layers\":[]")]
    [InlineData("\"mediaType\":\"\",\"layers\":[]")]
    [InlineData("\"manifests\":null,\"layers\":[]")]
    public async Task Null_in_a_manifest_is_nothing(string members)
    {
        var configuration = _cached.Images.AddJson(MediaTypes.OciConfiguration, new JsonObject { ["os"] = null, ["history"] = null });
        var json = $$$"""{"schemaVersion":2,"config":{{{Entry(configuration, "null")}}},{{{members}}}}""";
        var manifest = _cached.Images.AddBlob(MediaTypes.OciManifest, Encoding.UTF8.GetBytes(json));
        _cached.Images.Tag(Reference, manifest);
        Assert.Equal(manifest.Digest, await FindAsync());
    }

    public void Dispose() => _cached.Dispose();

    private static string Entry(OciDescriptor descriptor, string platform)
    {
        var json = (descriptor with { Platform = null }).ToJson();
        json["platform"] = JsonNode.Parse(platform);
        json["annotations"] = new JsonObject { ["none"] = null };
        return json.ToJsonString();
    }

    private void Tag(string entries)
    {
        var json = $$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.OciIndex}}}","manifests":[{{{entries}}}]}""";
        _cached.Images.Tag(Reference, _cached.Images.AddBlob(MediaTypes.OciIndex, Encoding.UTF8.GetBytes(json)));
    }

    private async Task<Digest> FindAsync()
    {
        var source = _cached.OpenSource(TagResolution.Refresh);
        return (await source.GetImageAsync(
            ImageReference.Parse(Reference), Platform.Linux("amd64"), TestContext.Current.CancellationToken)).ManifestDigest;
    }
}
