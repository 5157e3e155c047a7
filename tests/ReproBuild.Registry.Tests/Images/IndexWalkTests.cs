using System.Text.Json.Nodes;
using ReproBuild.Registry.Images;
using ReproBuild.Registry.Manifests;
using ReproBuild.Registry.Tests.Fixtures;

namespace ReproBuild.Registry.Tests.Images;

/// <summary>Everything that is walked is counted, and walked once: few small documents cannot make much work.</summary>
public sealed class IndexWalkTests : IDisposable
{
    private const string Reference = "registry.test/image:1";

    private readonly CachedImages _cached = new();

    [Fact]
    public async Task An_index_that_is_named_again_is_not_walked_again()
    {
        var image = _cached.Images.AddImage(Platform.Linux("amd64"));
        Tag(Fan(Fan(Fan(image, 1), 300), 300));
        Assert.Equal(image.Digest, (await GetImageAsync()).ManifestDigest);
        Assert.Equal(4, _cached.Images.Requests.Count(static r => r.StartsWith("manifest ", StringComparison.Ordinal)));
        Assert.Equal(5, (await GetArtifactAsync()).Blobs.Length);
    }

    [Fact]
    public async Task Entries_are_counted_in_all_indexes_together()
    {
        Tag(Fan(Fan(Fan(_cached.Images.AddImage(Platform.Linux("amd64")), 1000), 1000), 1000));
        var error = await Assert.ThrowsAsync<IntegrityException>(GetImageAsync);
        Assert.Contains("limit MaxDescriptors", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, _cached.Images.Requests.Count);
    }

    [Fact]
    public async Task Malformed_entries_count_too()
    {
        _cached.Limits = InputLimits.Default with { MaxDescriptors = 10 };
        var bad = _cached.Images.AddJson(MediaTypes.OciIndex, new JsonObject
        {
            ["schemaVersion"] = 2,
            ["manifests"] = new JsonArray([TestImages.ToJson(_cached.Images.AddImage(Platform.Linux("amd64"))), .. Enumerable.Repeat<JsonNode?>(null, 9)]),
        });
        Tag(_cached.Images.AddIndex(bad));
        Assert.Contains("limit MaxDescriptors", (await Assert.ThrowsAsync<IntegrityException>(GetImageAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_artifact_is_not_deeper_than_an_image_may_be()
    {
        var index = _cached.Images.AddIndex(_cached.Images.AddImage(Platform.Linux("amd64")));
        for (var depth = 1; depth < 200; depth++)
        {
            index = _cached.Images.AddIndex(index);
        }

        Tag(index);
        var error = await Assert.ThrowsAsync<IntegrityException>(GetArtifactAsync);
        Assert.Contains("limit MaxIndexDepth", error.Message, StringComparison.Ordinal);
        Assert.InRange(_cached.Images.Requests.Count, 4, 6);
    }

    [Theory]
    [InlineData(nameof(InputLimits.MaxImageBlobs))]
    [InlineData(nameof(InputLimits.MaxImageSize))]
    public async Task The_blobs_of_an_artifact_are_counted_before_they_are_fetched(string limit)
    {
        var layers = Enumerable.Range(0, 20).Select(i => _cached.Images.AddBlob(TestImages.Tar, new byte[1000 + i])).ToArray();
        Tag(_cached.Images.AddIndex(
            _cached.Images.AddImage(Platform.Linux("amd64"), [.. layers[..10].Select(l => (l, l.Digest))]),
            _cached.Images.AddImage(Platform.Linux("arm64"), [.. layers[10..].Select(l => (l, l.Digest))])));
        _cached.Limits = limit == nameof(InputLimits.MaxImageBlobs)
            ? InputLimits.Default with { MaxImageBlobs = 15 }
            : InputLimits.Default with { MaxImageSize = 17_000 };
        var error = await Assert.ThrowsAsync<IntegrityException>(GetArtifactAsync);
        Assert.Contains("limit " + limit, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_cached.Images.Requests, r => r == $"blob {layers[^1].Digest}");
    }

    [Fact]
    public async Task Announced_sizes_that_no_number_holds_are_refused()
    {
        var layer = _cached.Images.AddBlob(TestImages.Tar, new byte[10]) with { Size = long.MaxValue };
        Tag(_cached.Images.AddImage(Platform.Linux("amd64"), (layer, layer.Digest), (layer, layer.Digest)));
        Assert.Contains("limit MaxImageSize", (await Assert.ThrowsAsync<IntegrityException>(GetImageAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_walk_sees_that_it_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var images = Enumerable.Range(0, 100).Select(i => _cached.Images.AddImage(new Platform("linux", $"a{i}")) with { Platform = null });
        Tag(_cached.Images.AddIndex([.. images]));
        var source = _cached.OpenSource();
        var configurations = 0;
        _cached.Images.WhileDownloading = _ => Interlocked.Increment(ref configurations) == 3 ? cancellation.CancelAsync() : Task.CompletedTask;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => source.GetImageAsync(ImageReference.Parse(Reference), Platform.Linux("amd64"), cancellation.Token));
        Assert.InRange(configurations, 3, 4);
    }

    public void Dispose() => _cached.Dispose();

    private OciDescriptor Fan(OciDescriptor entry, int count) => _cached.Images.AddIndex([.. Enumerable.Repeat(entry, count)]);

    private void Tag(OciDescriptor descriptor) => _cached.Images.Tag(Reference, descriptor);

    private Task<IImage> GetImageAsync() => _cached.OpenSource().GetImageAsync(
        ImageReference.Parse(Reference), Platform.Linux("amd64"), TestContext.Current.CancellationToken);

    private Task<OciArtifact> GetArtifactAsync() => _cached.OpenSource().GetArtifactAsync(
        ImageReference.Parse(Reference), [], TestContext.Current.CancellationToken);
}
