using ReproBuild.Registry.Cache;
using ReproBuild.Registry.Images;
using ReproBuild.Registry.Tests.Fixtures;

namespace ReproBuild.Registry.Tests.Cache;

public sealed class LayerCacheTests : IAsyncLifetime
{
    private const string Reference = "registry.test/image:1";

    private readonly CachedImages _cached = new();
    private byte[] _tar = [];
    private byte[] _compressed = [];

    private Digest DiffId => Digest.OfSha256(_tar);

    private Digest BlobDigest => Digest.OfSha256(_compressed);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var content = new byte[300_000];
        new Random(4).NextBytes(content);
        _tar = await TestTar.OfAsync(("etc/name", content));
        _compressed = await HostCompressor.GzipAsync(_tar);
        _cached.AddImage(Reference, TestImages.Gzip, _compressed, _tar);
    }

    public ValueTask DisposeAsync()
    {
        _cached.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AssertReadsAsync()
    {
        Assert.Equal(_tar, CachedImages.Content(await _cached.ReadLayerAsync(Reference)));
        Assert.Equal(_tar, await File.ReadAllBytesAsync(_cached.Paths.LayerArchive(DiffId), Cancel));
        Assert.Empty(_cached.TemporaryFiles());
    }

    private int Downloads() => _cached.Images.Requests.Count(request => request == $"blob {BlobDigest}");

    private static void Damage(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    [Fact]
    public async Task A_later_build_asks_for_nothing_and_uncompresses_nothing()
    {
        await AssertReadsAsync();
        var asked = _cached.Images.Requests.Count;
        File.Delete(_cached.Paths.Blob(BlobDigest));
        await AssertReadsAsync();
        Assert.Equal(asked, _cached.Images.Requests.Count);
    }

    [Fact]
    public async Task Requests_for_one_layer_at_the_same_time_fetch_and_uncompress_it_once()
    {
        var source = _cached.OpenSource();
        var layers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => CachedImages.ReadLayerAsync(source, Reference, Cancel)));
        Assert.Equal(1, Downloads());
        Assert.Single(layers.Distinct());
    }

    [Fact]
    public async Task A_damaged_blob_is_fetched_again()
    {
        await AssertReadsAsync();
        File.Delete(_cached.Paths.LayerArchive(DiffId));
        Damage(_cached.Paths.Blob(BlobDigest));
        await AssertReadsAsync();
        Assert.Equal(2, Downloads());
        Assert.Equal(_compressed, await File.ReadAllBytesAsync(_cached.Paths.Blob(BlobDigest), Cancel));
    }

    [Fact]
    public async Task A_shortened_blob_is_fetched_again()
    {
        await AssertReadsAsync();
        File.Delete(_cached.Paths.LayerArchive(DiffId));
        await File.WriteAllBytesAsync(_cached.Paths.Blob(BlobDigest), _compressed[..100], Cancel);
        await AssertReadsAsync();
        Assert.Equal(2, Downloads());
    }

    [Fact]
    public async Task A_damaged_manifest_or_configuration_is_fetched_again()
    {
        await AssertReadsAsync();
        foreach (var digest in _cached.Images.Blobs.Keys.Select(Digest.Parse))
        {
            Damage(_cached.Paths.Blob(digest));
        }

        await AssertReadsAsync();
        foreach (var digest in _cached.Images.Blobs.Keys.Select(Digest.Parse).Where(digest => digest != BlobDigest))
        {
            Assert.Equal(_cached.Images.Blobs[digest.ToString()], await File.ReadAllBytesAsync(_cached.Paths.Blob(digest), Cancel));
        }
    }

    [Fact]
    public async Task A_damaged_uncompressed_layer_is_made_again_from_its_blob()
    {
        await AssertReadsAsync();
        Damage(_cached.Paths.LayerArchive(DiffId));
        await AssertReadsAsync();
        Assert.Equal(1, Downloads());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_damaged_or_missing_index_is_made_again_from_the_layer(bool damaged)
    {
        await AssertReadsAsync();
        var path = _cached.Paths.LayerIndex(DiffId);
        var index = await File.ReadAllBytesAsync(path, Cancel);
        if (damaged)
        {
            Damage(path);
        }
        else
        {
            File.Delete(path);
        }

        await AssertReadsAsync();
        Assert.Equal(index, await File.ReadAllBytesAsync(path, Cancel));
        Assert.Equal(1, Downloads());
    }

    [Fact]
    public async Task A_registry_that_always_sends_damaged_content_is_an_error_and_leaves_no_layer()
    {
        var source = new StoredImageSource(
            new CorruptingProvider(_cached.Images, BlobDigest), _cached.CacheDirectory, TagResolution.CacheFirst, InputLimits.Default,
            Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        using (source)
        {
            await Assert.ThrowsAsync<CorruptBlobException>(() => CachedImages.ReadLayerAsync(source, Reference, Cancel));
        }

        Assert.False(File.Exists(_cached.Paths.LayerArchive(DiffId)));
        await AssertReadsAsync();
    }

    [Fact]
    public async Task A_cancelled_fetch_leaves_nothing_and_can_be_repeated()
    {
        var started = new TaskCompletionSource();
        _cached.Images.WhileDownloading = descriptor =>
        {
            started.TrySetResult();
            return descriptor.Digest == BlobDigest ? Task.Delay(Timeout.Infinite, Cancel) : Task.CompletedTask;
        };
        using var cancellation = new CancellationTokenSource();
        var source = _cached.OpenSource();
        var reading = CachedImages.ReadLayerAsync(source, Reference, cancellation.Token);
        await started.Task;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Empty(_cached.TemporaryFiles());
        Assert.False(File.Exists(_cached.Paths.Blob(BlobDigest)));

        _cached.Images.WhileDownloading = static _ => Task.CompletedTask;
        await CachedImages.ReadLayerAsync(source, Reference, Cancel);
        await AssertReadsAsync();
    }

    [Fact]
    public async Task One_of_two_who_wait_may_cancel_without_harm_to_the_other()
    {
        var started = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        _cached.Images.WhileDownloading = descriptor =>
        {
            if (descriptor.Digest != BlobDigest)
            {
                return Task.CompletedTask;
            }

            started.TrySetResult();
            return release.Task;
        };
        using var cancellation = new CancellationTokenSource();
        var source = _cached.OpenSource();
        var impatient = CachedImages.ReadLayerAsync(source, Reference, cancellation.Token);
        await started.Task;
        var patient = CachedImages.ReadLayerAsync(source, Reference, Cancel);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        release.SetResult();
        Assert.Equal(_tar, CachedImages.Content(await patient));
    }

    [Fact]
    public async Task What_a_dead_process_left_is_deleted_and_what_a_living_one_writes_is_not()
    {
        Directory.CreateDirectory(_cached.Paths.TemporaryDirectory(0));
        var stale = Path.Combine(_cached.Paths.TemporaryDirectory(0), "7");
        await File.WriteAllTextAsync(stale, "half a blob", Cancel);

        using var living = _cached.OpenTemporaryFiles();
        using var file = living.Create();
        Assert.False(File.Exists(stale));
        using var other = _cached.OpenTemporaryFiles();
        using var otherFile = other.Create();
        Assert.Equal(2, _cached.TemporaryFiles().Length);
    }

    [Fact]
    public async Task What_the_dead_left_under_any_number_is_deleted_by_a_build_that_writes_nothing()
    {
        await AssertReadsAsync();
        Directory.CreateDirectory(_cached.Paths.TemporaryDirectory(7));
        var stale = Path.Combine(_cached.Paths.TemporaryDirectory(7), "0");
        await File.WriteAllTextAsync(stale, "half a blob", Cancel);
        await AssertReadsAsync();
        Assert.False(File.Exists(stale));
    }

    [Fact]
    public async Task A_read_only_cache_that_has_everything_serves_a_build()
    {
        await AssertReadsAsync();
        var before = Directory.EnumerateFileSystemEntries(_cached.CacheDirectory, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).ToArray();
        Directory.Delete(Path.GetDirectoryName(_cached.Paths.TemporaryDirectory(0))!, recursive: true);
        await CachedImages.ReadLayerAsync(_cached.OpenSource(), Reference, Cancel);
        Assert.False(Directory.Exists(Path.GetDirectoryName(_cached.Paths.TemporaryDirectory(0))!), "Reading wrote something.");
        Assert.NotEmpty(before);
    }

    [Fact]
    public async Task Many_sources_on_one_cache_directory_never_see_a_part_of_a_file()
    {
        var references = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            var tar = await TestTar.OfAsync("etc/name", new string((char)('a' + i), 100_000));
            references.Add($"registry.test/image:many{i}");
            _cached.AddImage(references[i], TestImages.Gzip, await HostCompressor.GzipAsync(tar), tar);
        }

        var work = Enumerable.Range(0, 8).SelectMany(_ =>
        {
            var source = _cached.OpenSource();
            return references.Select(reference => Task.Run(() => CachedImages.ReadLayerAsync(source, reference, Cancel), Cancel));
        });
        foreach (var layer in await Task.WhenAll(work))
        {
            Assert.Equal(layer.DiffId, Digest.OfSha256(CachedImages.Content(layer)));
        }

        // As many sources as there are, each blob was fetched by one of them.
        var fetches = _cached.Images.Requests.Where(static request => request.StartsWith("blob ", StringComparison.Ordinal)).ToList();
        Assert.Equal(fetches.Distinct().Order(StringComparer.Ordinal), fetches.Order(StringComparer.Ordinal));
        Assert.Empty(_cached.TemporaryFiles());
    }
}
