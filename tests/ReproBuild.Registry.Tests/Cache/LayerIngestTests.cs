using ReproBuild.Registry.Tests.Fixtures;

namespace ReproBuild.Registry.Tests.Cache;

public sealed class LayerIngestTests : IDisposable
{
    private readonly CachedImages _cached = new();
    private int _failures = 1;

    public void Dispose() => _cached.Dispose();

    private async Task AssertReadsAsync(string mediaType, byte[] compressed, byte[] tar)
    {
        _cached.AddImage("registry.test/image:1", mediaType, compressed, tar);
        var layer = await _cached.ReadLayerAsync("registry.test/image:1");
        Assert.Equal(tar, CachedImages.Content(layer));
        Assert.Equal("etc/name", Assert.Single(layer.Index.Entries).Name.ToString());
        Assert.Empty(_cached.TemporaryFiles());
    }

    private async Task<IntegrityException> AssertFailsAsync(string mediaType, byte[] compressed, Digest diffId)
    {
        var image = _cached.Images.AddImage(Platform.Linux("amd64"), (_cached.Images.AddBlob(mediaType, compressed), diffId));
        var reference = $"registry.test/image:{_failures++}";
        _cached.Images.Tag(reference, image);
        var error = await Assert.ThrowsAsync<IntegrityException>(() => _cached.ReadLayerAsync(reference));
        Assert.Empty(_cached.TemporaryFiles());
        Assert.False(File.Exists(_cached.Paths.LayerArchive(diffId)));
        return error;
    }

    [Fact]
    public async Task A_gzip_layer_is_uncompressed()
    {
        var tar = await TestTar.OfAsync("etc/name", "content");
        await AssertReadsAsync(TestImages.Gzip, await HostCompressor.GzipAsync(tar), tar);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(700)]
    [InlineData(1024)]
    public async Task A_gzip_layer_of_several_members_is_uncompressed_to_its_end(int split)
    {
        var tar = await TestTar.OfAsync("etc/name", "content");
        var members = await Task.WhenAll(
            HostCompressor.GzipAsync(tar[..split]), HostCompressor.GzipAsync([]), HostCompressor.GzipAsync(tar[split..]));
        await AssertReadsAsync(TestImages.Gzip, [.. members[0], .. members[1], .. members[2]], tar);
    }

    [Fact]
    public async Task Padding_after_a_gzip_layer_is_ignored_but_belongs_to_the_blob()
    {
        var tar = await TestTar.OfAsync("etc/name", "content");
        await AssertReadsAsync(TestImages.Gzip, [.. await HostCompressor.GzipAsync(tar), .. new byte[100_000]], tar);
    }

    [Fact]
    public async Task A_zstd_layer_is_uncompressed()
    {
        var tar = await TestTar.OfAsync("etc/name", "content");
        await AssertReadsAsync(TestImages.Zstd, await HostCompressor.ZstdAsync(tar), tar);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task A_zstd_layer_of_several_frames_with_skippable_ones_between_is_uncompressed_to_its_end(int split)
    {
        byte[] skippable = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3];
        var tar = await TestTar.OfAsync("etc/name", "content");
        var frames = await Task.WhenAll(HostCompressor.ZstdAsync(tar[..split]), HostCompressor.ZstdAsync(tar[split..]));
        await AssertReadsAsync(TestImages.Zstd, [.. skippable, .. frames[0], .. skippable, .. frames[1], .. skippable], tar);
    }

    [Theory]
    [InlineData(TestImages.Tar)]
    [InlineData(TestImages.Gzip)]
    [InlineData("application/vnd.docker.image.rootfs.diff.tar")]
    public async Task A_layer_that_is_not_compressed_is_read_whatever_its_media_type_says(string mediaType)
    {
        var tar = await TestTar.OfAsync("etc/name", "content");
        await AssertReadsAsync(mediaType, tar, tar);
    }

    [Theory]
    [InlineData("application/vnd.docker.image.rootfs.diff.tar.gzip")]
    [InlineData("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")]
    [InlineData("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip")]
    [InlineData(TestImages.Tar)]
    [InlineData(TestImages.Zstd)]
    public async Task A_gzip_layer_is_recognized_by_its_bytes(string mediaType)
    {
        var tar = await TestTar.OfAsync("etc/name", "content");
        await AssertReadsAsync(mediaType, await HostCompressor.GzipAsync(tar), tar);
    }

    [Fact]
    public async Task A_nondistributable_layer_that_the_registry_does_not_keep_is_an_error_that_says_so()
    {
        var tar = await TestTar.OfAsync("etc/name", "content");
        _cached.AddImage("registry.test/image:1", "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", tar, tar);
        _cached.Images.RemoveBlob(Digest.OfSha256(tar));
        var error = await Assert.ThrowsAsync<IntegrityException>(() => _cached.ReadLayerAsync("registry.test/image:1"));
        Assert.Contains("is nondistributable", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_layer_larger_than_every_buffer_is_uncompressed()
    {
        var content = new byte[3_000_000];
        new Random(1).NextBytes(content);
        var tar = await TestTar.OfAsync(("etc/name", content));
        await AssertReadsAsync(TestImages.Zstd, await HostCompressor.ZstdAsync(tar), tar);
        Assert.Equal(tar, CachedImages.Content(await _cached.ReadLayerAsync("registry.test/image:1")));
    }

    [Fact]
    public async Task Other_compressions_and_other_media_types_are_errors_that_say_so()
    {
        var tar = await TestTar.OfAsync("etc/name", "content");
        var error = await AssertFailsAsync(TestImages.Gzip, await HostCompressor.XzAsync(tar), Digest.OfSha256(tar));
        Assert.Contains("compressed with xz", error.Message, StringComparison.Ordinal);

        error = await AssertFailsAsync("application/vnd.cncf.helm.chart.content.v1.tar+gzip", tar, Digest.OfSha256(tar));
        Assert.Contains("not a file system layer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_diff_id_is_an_error_that_names_both_digests()
    {
        var tar = await TestTar.OfAsync("etc/name", "content");
        var wrong = Digest.OfSha256("something else"u8);
        var error = await AssertFailsAsync(TestImages.Gzip, await HostCompressor.GzipAsync(tar), wrong);
        Assert.Contains(wrong.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains(Digest.OfSha256(tar).ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains("registry.test/image:1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TestImages.Gzip)]
    [InlineData(TestImages.Zstd)]
    public async Task A_compressed_stream_that_ends_early_or_is_damaged_is_an_error(string mediaType)
    {
        var content = new byte[50_000];
        new Random(2).NextBytes(content);
        var tar = await TestTar.OfAsync(("etc/name", content));
        var compressed = mediaType == TestImages.Gzip ? await HostCompressor.GzipAsync(tar) : await HostCompressor.ZstdAsync(tar);

        await AssertFailsAsync(mediaType, compressed[..^10], Digest.OfSha256(tar));
        await AssertFailsAsync(mediaType, compressed[..1000], Digest.OfSha256(tar));
        var damaged = (byte[])compressed.Clone();
        damaged[compressed.Length / 2] ^= 0x55;
        await AssertFailsAsync(mediaType, damaged, Digest.OfSha256(tar));
    }

    [Fact]
    public async Task A_gzip_layer_that_is_cut_off_anywhere_is_named_as_that()
    {
        var tar = await TestTar.OfAsync("etc/name", "content");
        var compressed = await HostCompressor.GzipAsync(tar);
        var members = compressed.Concat(await HostCompressor.GzipAsync([])).ToArray();
        foreach (var cut in (byte[][])[.. Enumerable.Range(1, compressed.Length - 3).Select(missing => compressed[..^missing]), members[..^1], members[..^18]])
        {
            var error = await AssertFailsAsync(TestImages.Gzip, cut, Digest.OfSha256(tar));
            Assert.Contains("the compressed layer is cut off", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_zstd_layer_that_is_cut_off_is_named_as_that()
    {
        var tar = await TestTar.OfAsync("etc/name", "content");
        var compressed = await HostCompressor.ZstdAsync(tar);
        foreach (var missing in new[] { 1, 4, compressed.Length / 2 })
        {
            var error = await AssertFailsAsync(TestImages.Zstd, compressed[..^missing], Digest.OfSha256(tar));
            Assert.Contains("the compressed layer is cut off", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Noise_behind_a_magic_number_is_an_error_and_nothing_worse()
    {
        var random = new Random(3);
        byte[][] magics = [[0x1F, 0x8B, 8, 0], [0x28, 0xB5, 0x2F, 0xFD], [0x50, 0x2A, 0x4D, 0x18], []];
        for (var round = 0; round < 60; round++)
        {
            var noise = new byte[random.Next(4000)];
            random.NextBytes(noise);
            await AssertFailsAsync(TestImages.Gzip, [.. magics[round % magics.Length], .. noise], Digest.OfSha256("never"u8));
        }
    }

    [Theory]
    [InlineData(TestImages.Gzip)]
    [InlineData(TestImages.Zstd)]
    public async Task A_layer_that_uncompresses_to_too_many_times_its_size_is_stopped(string mediaType)
    {
        _cached.Limits = InputLimits.Default with { MaxCompressionRatio = 100, CompressionRatioThreshold = 16 << 20 };
        var tar = await TestTar.OfAsync(("zeros", new byte[40 * 1024 * 1024]));
        var bomb = mediaType == TestImages.Gzip ? await HostCompressor.GzipAsync(tar) : await HostCompressor.ZstdAsync(tar);
        var error = await AssertFailsAsync(mediaType, bomb, Digest.OfSha256(tar));
        Assert.Contains("(limit MaxCompressionRatio)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_layer_that_is_too_large_is_stopped()
    {
        _cached.Limits = InputLimits.Default with { MaxArchiveSize = 100_000 };
        var tar = await TestTar.OfAsync(("zeros", new byte[200_000]));
        var error = await AssertFailsAsync(TestImages.Gzip, await HostCompressor.GzipAsync(tar), Digest.OfSha256(tar));
        Assert.Contains("MaxArchiveSize", error.Message, StringComparison.Ordinal);
    }
}
