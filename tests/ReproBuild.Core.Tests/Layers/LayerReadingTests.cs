using System.Globalization;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;
using ReproBuild.Core.Tests.Tar;

namespace ReproBuild.Core.Tests.Layers;

/// <summary>What reading an uncompressed layer keeps of it, and refuses.</summary>
public sealed class LayerReadingTests
{
    private static readonly Digest DiffId = Digest.OfSha256("a layer"u8);

    [Fact]
    public async Task Nothing_is_read_without_a_stream_or_a_digest()
    {
        await Assert.ThrowsAsync<ArgumentNullException>("stream", () => LayerIndex.FromTarAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>("uncompressedTar", () => LayerRecord.ReadAsync(null!, DiffId));
        await Assert.ThrowsAsync<ArgumentNullException>("diffId", () => LayerRecord.ReadAsync(Stream.Null, null!));
        Assert.Throws<ArgumentNullException>("stream", () => LayerRecord.Load(null!, DiffId));
        Assert.Throws<ArgumentNullException>("diffId", () => LayerRecord.Load(Stream.Null, null!));
        Assert.Throws<ArgumentNullException>("stream", () => new LayerRecord(DiffId, new BlockChecksums(0, []), new LayerIndex([])).Save(null!));
        Assert.Throws<ArgumentNullException>("layers", () => LayerApplier.Apply(null!));
    }

    [Fact]
    public async Task Records_that_mean_nothing_to_a_tree_are_not_kept()
    {
        var archive = RawTar.Join(RawTar.Pax("comment=x"), RawTar.Header("f"), RawTar.End);
        Assert.Single(Assert.Single(await TarArchives.Read(archive)).Entry.PaxRecords);
        Assert.Empty((await LayerIndex.FromTarAsync(new MemoryStream(archive))).Entries[0].PaxRecords);
        Assert.Empty((await LayerRecord.ReadAsync(new MemoryStream(archive), Digest.OfSha256(archive))).Index.Entries[0].PaxRecords);
    }

    [Fact]
    public async Task A_layer_keeps_to_the_limits_as_it_is_read()
    {
        var archive = await TarArchives.Write(TarArchives.File("a"), TarArchives.File("b"));
        var exact = new InputLimits { MaxArchiveEntries = 2 };
        Assert.Equal(2, (await LayerRecord.ReadAsync(new MemoryStream(archive), Digest.OfSha256(archive), exact)).Index.Entries.Length);
        foreach (var read in (Func<Task>[])
            [
                () => LayerRecord.ReadAsync(new MemoryStream(archive), Digest.OfSha256(archive), exact with { MaxArchiveEntries = 1 }),
                () => LayerIndex.FromTarAsync(new MemoryStream(archive), exact with { MaxArchiveEntries = 1 }),
            ])
        {
            Assert.Contains("MaxArchiveEntries", (await Assert.ThrowsAsync<IntegrityException>(read)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_archive_with_another_digest_is_an_error_that_says_what_to_do() => Assert.Equal(
        $"its 1024 uncompressed bytes have the digest {Digest.OfSha256(RawTar.End)}, but the image's configuration says {DiffId}; "
        + "the image is malformed, build it again",
        (await Assert.ThrowsAsync<IntegrityException>(() => LayerRecord.ReadAsync(new MemoryStream(RawTar.End), DiffId))).Message);

    [Fact]
    public async Task An_archive_that_changes_after_it_was_read_is_an_error_that_names_its_layer()
    {
        var archive = await TarArchives.Write(TarArchives.File("a", 5));
        var digest = Digest.OfSha256(archive);
        var record = await LayerRecord.ReadAsync(new MemoryStream(archive), digest);
        using var verified = record.Verify(Blob.FromBytes(archive));
        Assert.Equal(archive.Length, verified.Length);
        archive[600] ^= 1;
        var error = Assert.Throws<IntegrityException>(() => verified.Read(0, new byte[10]));
        Assert.StartsWith($"The uncompressed layer {digest} changed after it was verified", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The holes of a layer's sparse files have 1 GiB together, and not a byte more, of which hashes are computed.</summary>
    [Fact]
    public async Task As_many_holes_are_hashed_as_would_be_data_of_the_same_size()
    {
        const long Most = 1L << 30;
        var archive = RawTar.Join(
            Sparse("first", Most - 1000, 0), Sparse("too large", 1001, 0), Sparse("exact", 1000, 300), Sparse("one more", 1, 0), RawTar.End);
        var record = await LayerRecord.ReadAsync(new MemoryStream(archive), Digest.OfSha256(archive));
        Assert.Equal([true, false, true, false], Enumerable.Range(0, 4).Select(i => !record.Index.ContentHash(i).IsEmpty));
    }

    [Fact]
    public void A_stream_is_scanned_whichever_way_it_is_read()
    {
        var bytes = new byte[100_000];
        new Random(4).NextBytes(bytes);
        using var stream = new ScannedStream(new MemoryStream(bytes), DiffId);
        var buffer = new byte[1000];
        while (stream.Read(buffer) > 0)
        {
        }

        var (digest, checksums) = stream.Finish();
        Assert.Equal(Digest.OfSha256(bytes), digest);
        Assert.Equal(bytes.Length, checksums.Length);
    }

    /// <summary>A sparse file: a hole, and then data.</summary>
    private static byte[] Sparse(string name, long hole, int data)
    {
        var map = string.Create(CultureInfo.InvariantCulture, $"GNU.sparse.map={hole},{data}");
        return RawTar.Join(
            RawTar.Pax(string.Create(CultureInfo.InvariantCulture, $"GNU.sparse.size={hole + data}"), map),
            RawTar.Header(name, size: data),
            RawTar.Data(new string('x', data)));
    }
}
