using ReproBuild.Core.FileSystem;
using ReproBuild.Registry.Tests.Fixtures;

namespace ReproBuild.Registry.Tests.Cache;

/// <summary>Bytes that change in place after they were verified never reach a reader, whenever they change.</summary>
public sealed class ChangingArchiveTests : IAsyncLifetime
{
    private const string Reference = "registry.test/image:1";

    private readonly CachedImages _cached = new();
    private byte[] _tar = [];
    private byte[] _compressed = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Archive => _cached.Paths.LayerArchive(Digest.OfSha256(_tar));

    private string BlobFile => _cached.Paths.Blob(Digest.OfSha256(_compressed));

    public async ValueTask InitializeAsync()
    {
        var content = new byte[300_000];
        new Random(4).NextBytes(content);
        _tar = await TestTar.OfAsync(("etc/name", content), ("etc/zeros", new byte[200_000]));
        _compressed = await HostCompressor.GzipAsync(_tar);
        _cached.AddImage(Reference, TestImages.Gzip, _compressed, _tar);
    }

    public ValueTask DisposeAsync()
    {
        _cached.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void Flip(string path, long offset)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        file.Position = offset;
        var value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 1));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(512)]
    [InlineData(65_536)]
    [InlineData(100_000)]
    [InlineData(1_000_000)]
    public async Task A_flip_before_opening_after_it_or_between_reads_is_repaired(int size)
    {
        await _cached.ReadLayerAsync(Reference);
        foreach (var offset in (int[])[0, 70_000, _tar.Length - 1])
        {
            for (var moment = 0; moment < 3; moment++)
            {
                FlipAt(0);
                using var source = _cached.OpenSource();
                var archive = (await CachedImages.ReadLayerAsync(source, Reference, Cancel)).Archive;
                FlipAt(1);
                var before = ReadAt(archive, 0, Math.Min(offset, size));
                FlipAt(2);
                Assert.Equal(_tar[..before.Length], before);
                Assert.Equal(_tar, ReadAll(archive, size));

                // What lies in memory already needs no repair.
                if (moment < 2)
                {
                    Assert.Equal(_tar, await File.ReadAllBytesAsync(Archive, Cancel));
                }

                await File.WriteAllBytesAsync(Archive, _tar, Cancel);

                void FlipAt(int now)
                {
                    if (now == moment)
                    {
                        Flip(Archive, offset);
                    }
                }
            }
        }

        Assert.Single(_cached.Images.Requests, request => request == $"blob {Digest.OfSha256(_compressed)}");
    }

    [Fact]
    public async Task A_flip_after_the_layer_was_just_unpacked_is_repaired()
    {
        var layer = await _cached.ReadLayerAsync(Reference);
        Flip(Archive, 1000);
        Assert.Equal(_tar, CachedImages.Content(layer));
        await File.WriteAllBytesAsync(Archive, [], Cancel);
        Assert.Equal(_tar, CachedImages.Content(layer));
        File.Delete(Archive);
        Assert.Equal(_tar, CachedImages.Content(layer));
    }

    [Fact]
    public async Task Many_readers_of_a_changing_archive_all_get_the_right_bytes()
    {
        var layer = await _cached.ReadLayerAsync(Reference);
        Flip(Archive, 5000);
        Flip(Archive, 400_000);
        var reads = Enumerable.Range(0, 8).Select(reader => Task.Run(() => ReadAll(layer.Archive, 1000 + (reader * 10_000)), Cancel));
        Assert.All(await Task.WhenAll(reads), read => Assert.Equal(_tar, read));
    }

    /// <summary>As after a power failure, which may cost both.</summary>
    [Fact]
    public async Task Without_the_blob_it_is_fetched_in_the_middle_of_the_build()
    {
        var layer = await _cached.ReadLayerAsync(Reference);
        Flip(Archive, 100_000);
        File.Delete(BlobFile);
        Assert.Equal(_tar, CachedImages.Content(layer));
        Assert.Equal(_tar, await File.ReadAllBytesAsync(Archive, Cancel));
    }

    [Fact]
    public async Task What_cannot_be_fetched_either_is_an_error_after_which_the_layer_is_made_again_when_it_can()
    {
        var layer = await _cached.ReadLayerAsync(Reference);
        Flip(Archive, 100_000);
        File.Delete(BlobFile);
        _cached.Images.RemoveBlob(Digest.OfSha256(_compressed));
        var error = Assert.Throws<IntegrityException>(() => CachedImages.Content(layer));
        Assert.Contains(Digest.OfSha256(_tar).ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains("build again", error.Message, StringComparison.Ordinal);
        _cached.Images.AddBlob(TestImages.Gzip, _compressed);
        Assert.Equal(_tar, CachedImages.Content(await _cached.ReadLayerAsync(Reference)));
    }

    [Fact]
    public async Task An_archive_that_is_damaged_whenever_it_is_made_is_an_error()
    {
        var layer = await _cached.ReadLayerAsync(Reference);
        var error = await Assert.ThrowsAsync<IntegrityException>(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                Flip(Archive, 100_000);
                await Task.Run(() => CachedImages.Content(layer), Cancel);
            }
        });
        Assert.Contains("Check the disk", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Blobs are read more than once too: as the contents of an OCI layout.</summary>
    [Fact]
    public async Task A_blob_that_changes_after_it_was_opened_is_refused_and_fetched_again_by_the_next()
    {
        var blob = await OpenBlobAsync();
        Flip(BlobFile, 100_000);
        Assert.Throws<IntegrityException>(() => ReadAt(blob, 0, _compressed.Length));
        Assert.Throws<IntegrityException>(() => ReadAt(blob, 100_000, 1));
        Assert.Equal(_compressed, ReadAll(await OpenBlobAsync(), 3000));
    }

    [Fact]
    public async Task A_blob_of_a_layout_that_changes_after_it_was_opened_is_refused()
    {
        TestLayout.Write(_cached.Directory["layout"], _cached.Images, _cached.Images.Tagged(Reference).Named(Reference));
        using var source = new OciLayoutImageSource(_cached.Directory["layout"], _cached.CacheDirectory);
        var artifact = await source.GetArtifactAsync(ImageReference.Parse(Reference), [], Cancel);
        Flip(Path.Combine(_cached.Directory["layout"], "blobs", "sha256", Digest.OfSha256(_compressed).Hex), 100_000);
        var content = artifact.Blobs.Single(blob => blob.Digest == Digest.OfSha256(_compressed)).Content;
        Assert.Throws<IntegrityException>(() => content.Read(0, new byte[_compressed.Length]));
    }

    private async Task<Blob> OpenBlobAsync()
    {
        var artifact = await _cached.OpenSource().GetArtifactAsync(ImageReference.Parse(Reference), [], Cancel);
        return Blob.FromContent(artifact.Blobs.Single(blob => blob.Digest == Digest.OfSha256(_compressed)).Content);
    }

    private static byte[] ReadAt(Blob blob, long offset, int count)
    {
        var bytes = new byte[count];
        Assert.Equal(count, blob.Read(offset, bytes));
        return bytes;
    }

    private static byte[] ReadAll(Blob blob, int size)
    {
        using var result = new MemoryStream();
        var buffer = new byte[size];
        while (blob.Read(result.Length, buffer) is > 0 and var count)
        {
            result.Write(buffer, 0, count);
        }

        return result.ToArray();
    }
}
