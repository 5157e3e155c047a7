using ReproBuild.Registry.Tests.Fixtures;

namespace ReproBuild.Registry.Tests.Images;

/// <summary>A source that is disposed serves nothing more: neither new images, nor layers of those it gave, nor their bytes.</summary>
public sealed class DisposedSourceTests : IAsyncLifetime
{
    private SmallCache _cache = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cache = await SmallCache.CreateAsync();

    public ValueTask DisposeAsync()
    {
        _cache.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_served_any_more(bool isLayout)
    {
        var cached = _cache.Cached;
        var reference = ImageReference.Parse(SmallCache.Reference);
        TestLayout.Write(cached.Directory["layout"], cached.Images, cached.Images.Tagged(SmallCache.Reference).Named(SmallCache.Reference));
        IImageSource source = isLayout
            ? new OciLayoutImageSource(cached.Directory["layout"], cached.CacheDirectory)
            : cached.OpenSource();
        var image = await source.GetImageAsync(reference, Platform.Linux("amd64"), Cancel);
        var layer = await image.GetLayerAsync(0, null, Cancel);
        Assert.True(layer.Archive.Read(10, new byte[5]) > 0);
        var artifact = await source.GetArtifactAsync(reference, [], Cancel);
        ((IDisposable)source).Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => source.GetImageAsync(reference, Platform.Linux("amd64"), Cancel));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => source.GetArtifactAsync(reference, [], Cancel));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => image.GetLayerAsync(0, null, Cancel));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => image.GetLayerAsync(1, null, Cancel));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => image.GetSpdxDocumentsAsync(Cancel));
        Assert.Throws<ObjectDisposedException>(() => layer.Archive.Read(10, new byte[5]));
        Assert.All(
            artifact.Blobs.Where(IsLayer),
            static blob => Assert.Throws<ObjectDisposedException>(() => blob.Content.Read(0, new byte[1])));
    }

    // Manifests are in memory, and of no file that could be closed.
    private bool IsLayer(OciBlob blob) => !System.Text.Encoding.UTF8.GetString(_cache.Cached.Images.Blobs[blob.Digest.ToString()])
        .Contains("schemaVersion", StringComparison.Ordinal);
}
