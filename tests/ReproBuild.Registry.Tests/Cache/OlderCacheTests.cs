using ReproBuild.Core.Layers;
using ReproBuild.Registry.Tests.Fixtures;

namespace ReproBuild.Registry.Tests.Cache;

/// <summary>What an older or a newer version left in the cache is read or made again.</summary>
public sealed class OlderCacheTests : IDisposable
{
    private const string Reference = "registry.test/image:1";

    private readonly CachedImages _cached = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _cached.Dispose();

    [Theory]
    [InlineData("RBLAYERX\u0001\u0000")]
    [InlineData("RBLAYERX\u0001\u0001garbage")]
    [InlineData("RBLAYERX\u0002\u0002")]
    [InlineData("RBLAYERX\u0003")]
    [InlineData("another format")]
    [InlineData("")]
    public async Task An_index_of_another_version_is_made_again_from_the_archive(string stored)
    {
        var tar = await TestTar.OfAsync("etc/name", "content");
        _cached.AddImage(Reference, TestImages.Tar, tar, tar);
        var diffId = (await _cached.ReadLayerAsync(Reference)).DiffId;
        var path = _cached.Paths.LayerIndex(diffId);
        var sound = await File.ReadAllBytesAsync(path, Cancel);
        await File.WriteAllTextAsync(path, stored, System.Text.Encoding.Latin1, Cancel);
        File.Delete(_cached.Paths.Blob(diffId));

        Assert.Equal(tar, CachedImages.Content(await _cached.ReadLayerAsync(Reference)));
        Assert.Equal(sound, await File.ReadAllBytesAsync(path, Cancel));
        await using var file = File.OpenRead(path);
        Assert.Equal("etc/name", Assert.Single(LayerRecord.Load(file, diffId).Index.Entries).Name.ToString());
        Assert.Single(_cached.Images.Requests, request => request == $"blob {diffId}");
    }

    /// <summary>An older version hashed the archive before each use, and so it must be when its record is missing.</summary>
    [Fact]
    public async Task An_archive_without_a_record_is_verified_as_a_whole()
    {
        var tar = await TestTar.OfAsync("etc/name", "content");
        _cached.AddImage(Reference, TestImages.Tar, tar, tar);
        var diffId = (await _cached.ReadLayerAsync(Reference)).DiffId;
        File.Delete(_cached.Paths.LayerIndex(diffId));
        var other = await TestTar.OfAsync("etc/name", "CONTENT");
        await File.WriteAllBytesAsync(_cached.Paths.LayerArchive(diffId), other, Cancel);
        Assert.Equal(tar, CachedImages.Content(await _cached.ReadLayerAsync(Reference)));
    }
}
