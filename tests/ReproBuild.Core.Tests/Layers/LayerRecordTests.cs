using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;
using ReproBuild.Core.Tar;
using ReproBuild.Core.Tests.Tar;

namespace ReproBuild.Core.Tests.Layers;

public sealed class LayerRecordTests
{
    private static readonly Digest DiffId = Digest.OfSha256("a layer"u8);

    private static readonly ImmutableArray<TarEntry> Entries =
    [
        new() { Type = TarEntryType.Directory, Name = "etc/", Mode = (UnixFileMode)493, DataOffset = 512 },
        new()
        {
            Type = TarEntryType.RegularFile,
            Name = "etc/motd",
            Mode = (UnixFileMode)4095,
            UserId = uint.MaxValue,
            GroupId = 1,
            UserName = "root",
            GroupName = "root",
            ModificationTime = new FileTime(-5, 999_999_999),
            Size = 40,
            DataOffset = 1024,
            ExtendedAttributes = [new("user.a", new ByteString([0, 255])), new("user.b", default)],
            PaxRecords = [new("k", "v")],
            SparseExtents = [new(5, 1024, 10), new(20, 1034, 1)],
        },
        new() { Type = TarEntryType.RegularFile, Name = "etc/hole", Size = long.MaxValue, DataOffset = 600, SparseExtents = [] },
        new() { Type = TarEntryType.HardLink, Name = new ByteString([.. "etc/"u8, 0xFF]), LinkName = "etc/motd", DataOffset = long.MaxValue },
        new() { Type = TarEntryType.BlockDevice, Name = "x", DeviceMajor = 8, DeviceMinor = uint.MaxValue },
    ];

    [Fact]
    public async Task A_layer_is_read_to_its_end_and_the_stream_stays_open()
    {
        var archive = RawTar.Join(await TarArchives.Write((TarArchives.File("a", 3), "abc"u8.ToArray()), (TarArchives.File("b"), [])), [1, 2, 3]);
        foreach (var stream in (MemoryStream[])[new MemoryStream(archive), new OneByteStream(archive)])
        {
            var index = await LayerIndex.FromTarAsync(stream, InputLimits.Default);
            Assert.Equal(["a", "b"], index.Entries.Select(e => e.Name.ToString()));
            Assert.Equal([512, 1536], index.Entries.Select(e => e.DataOffset));
            Assert.Equal(archive.Length, stream.Position);
        }
    }

    [Fact]
    public async Task A_malformed_layer_is_an_error() =>
        await Assert.ThrowsAsync<IntegrityException>(() => LayerIndex.FromTarAsync(new MemoryStream([1, 2, 3]), InputLimits.Default));

    [Fact]
    public async Task Reading_a_layer_can_be_cancelled() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => LayerIndex.FromTarAsync(new MemoryStream(RawTar.End), InputLimits.Default, new CancellationToken(canceled: true)));

    [Fact]
    public void What_is_saved_is_loaded()
    {
        var stored = Save();
        Assert.Equal(stored, Save());
        foreach (var stream in (Stream[])[new MemoryStream(stored), new OneByteStream(stored)])
        {
            var loaded = Load(stream).Index.Entries;
            Assert.Equal(Entries.Length, loaded.Length);
            for (var i = 0; i < loaded.Length; i++)
            {
                TarArchives.AssertSame(Entries[i], loaded[i]);
                Assert.Equal(Entries[i].DataOffset, loaded[i].DataOffset);
                Assert.Equal(Entries[i].SparseExtents.IsDefault, loaded[i].SparseExtents.IsDefault);
                Assert.True(Entries[i].SparseExtents.IsDefault || Entries[i].SparseExtents.SequenceEqual(loaded[i].SparseExtents));
            }
        }
    }

    [Fact]
    public async Task One_pass_gives_all_that_a_layer_is_verified_by()
    {
        var content = new byte[200_000];
        new Random(1).NextBytes(content);
        var archive = await TarArchives.Write((TarArchives.File("a", content.Length), content), (TarArchives.File("empty"), []));
        var digest = Digest.OfSha256(archive);
        foreach (var stream in (Stream[])[new MemoryStream(archive), new OneByteStream(archive)])
        {
            var record = await LayerRecord.ReadAsync(stream, digest);
            Assert.Equal(digest, record.DiffId);
            Assert.Equal(archive.Length, record.Checksums.Length);
            Assert.Equal(Checksums(archive).Values, record.Checksums.Values);
            Assert.Equal(SHA256.HashData(content), record.Index.ContentHash(0));
            Assert.Equal(SHA256.HashData([]), record.Index.ContentHash(1));
        }

        var error = await Assert.ThrowsAsync<IntegrityException>(() => LayerRecord.ReadAsync(new MemoryStream(archive), DiffId));
        Assert.Contains(digest.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains(DiffId.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_diff_id_of_another_algorithm_is_verified_too()
    {
        var archive = await TarArchives.Write((TarArchives.File("a", 3), "abc"u8.ToArray()));
        var digest = Digest.Parse("sha512:" + Convert.ToHexStringLower(SHA512.HashData(archive)));
        var stored = new MemoryStream();
        (await LayerRecord.ReadAsync(new MemoryStream(archive), digest)).Save(stored);
        Assert.Equal(digest, LayerRecord.Load(new MemoryStream(stored.ToArray()), digest).DiffId);
    }

    [Fact]
    public async Task Hashing_holes_ends_where_they_would_take_longer_than_data()
    {
        // The second file exceeds what the holes of a layer may have together.
        var archive = RawTar.Join(Sparse("small", 1 << 20), Sparse("large", 2L << 30), RawTar.End);
        var record = await LayerRecord.ReadAsync(new MemoryStream(archive), Digest.OfSha256(archive));
        Assert.Equal(SHA256.HashData(new byte[1 << 20]), record.Index.ContentHash(0));
        Assert.True(record.Index.ContentHash(1).IsEmpty);
    }

    [Fact]
    public void A_record_of_another_layer_is_refused()
    {
        var other = Digest.OfSha256("another layer"u8);
        var error = Assert.Throws<IntegrityException>(() => LayerRecord.Load(new MemoryStream(Save()), other));
        Assert.Contains(other.Hex, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, "versions are 1")]
    [InlineData(9, "and 0,")]
    public void A_record_of_another_version_is_refused(int offset, string expected)
    {
        var stored = Save();
        stored[offset]--;
        var error = Assert.Throws<IntegrityException>(() => Load(new MemoryStream(stored)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_that_is_damaged_anywhere_is_refused()
    {
        var stored = Save();
        for (var i = 0; i < stored.Length; i++)
        {
            Assert.Throws<IntegrityException>(() => Load(new MemoryStream(stored[..i])));
            for (var bit = 0; bit < 8; bit++)
            {
                var damaged = stored.ToArray();
                damaged[i] ^= (byte)(1 << bit);
                Assert.Throws<IntegrityException>(() => Load(new MemoryStream(damaged)));
            }
        }

        Assert.Throws<IntegrityException>(() => Load(new MemoryStream([.. stored, 0])));
    }

    [Fact]
    public void A_stored_record_keeps_to_the_limits()
    {
        var stored = Save();
        foreach (var (limit, limits) in (ReadOnlySpan<(string, InputLimits)>)
            [
                (nameof(InputLimits.MaxArchiveEntries), new() { MaxArchiveEntries = 4 }),
                (nameof(InputLimits.MaxArchiveSize), new() { MaxArchiveSize = 99_999 }),
                (nameof(InputLimits.MaxPathLength), new() { MaxPathLength = 7 }),
                (nameof(InputLimits.MaxExtendedHeaderSize), new() { MaxExtendedHeaderSize = 3 }),
            ])
        {
            Assert.Contains(limit, Assert.Throws<IntegrityException>(() => LayerRecord.Load(new MemoryStream(stored), DiffId, limits)).Message, StringComparison.Ordinal);
        }
    }

    private static byte[] Sparse(string name, long hole)
    {
        var text = hole.ToString(CultureInfo.InvariantCulture);
        return RawTar.Join(RawTar.Pax("GNU.sparse.size=" + text, $"GNU.sparse.map={text},0"), RawTar.Header(name));
    }

    private static BlockChecksums Checksums(ReadOnlySpan<byte> bytes)
    {
        var builder = new BlockChecksumBuilder();
        builder.Append(bytes);
        return builder.Build();
    }

    private static LayerRecord Load(Stream stream) => LayerRecord.Load(stream, DiffId);

    private static byte[] Save()
    {
        var hashes = new byte[32 * Entries.Length];
        hashes.AsSpan(32, 32).Fill(7);
        var stream = new MemoryStream();
        new LayerRecord(DiffId, Checksums(new byte[100_000]), new LayerIndex(Entries, hashes)).Save(stream);
        return stream.ToArray();
    }
}
