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

    /// <summary>What the record says is looked at as it is read, before its hash can tell that it is damaged.</summary>
    [Theory]
    [InlineData(0, "00", "does not begin with the signature")]
    [InlineData(10, "41", "the length of the diff id is 65, more than 64")]
    [InlineData(10, "1f", "it is of")]
    [InlineData(43, "ffffffffffffffffff01", "the length of the archive (limit MaxArchiveSize) is 18446744073709551615, more than")]
    [InlineData(43, "ffffffffffffffffff02", "a number has more than 64 bits")]
    [InlineData(63, "2f", "an entry has an unknown type")]
    [InlineData(63, "37", "an entry has an unknown type")]
    [InlineData(64, "80", "an entry has unknown fields")]
    [InlineData(65, "01", "the shared length of a name is 1, more than 0")]
    [InlineData(71, "ff7f", "a mode is 16383, more than 4095")]
    [InlineData(73, "8080808010", "a 32-bit number is 4294967296, more than 4294967295")]
    [InlineData(75, "02", "the number of a string is 2, more than 1")]
    [InlineData(78, "ffffffffffffffffff01", "a size is 18446744073709551615, more than")]
    [InlineData(79, "8108", "an entry's data lies before the archive")]
    public void A_record_that_says_what_cannot_be_is_refused_for_that(int offset, string hex, string message)
    {
        var stored = Save();
        var bytes = Convert.FromHexString(hex);
        bytes.CopyTo(stored, offset);
        var error = Assert.Throws<IntegrityException>(() => Load(new MemoryStream(stored)));
        Assert.Contains("damaged or of another version", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_that_is_cut_off_changed_or_followed_by_something_is_refused_for_that()
    {
        var stored = Save();
        Assert.All(Enumerable.Range(0, stored.Length), end => Assert.Contains("it ends early", Message(stored[..end]), StringComparison.Ordinal));
        Assert.Contains("its hash does not match", Message([.. stored[..^1], (byte)(stored[^1] ^ 1)]), StringComparison.Ordinal);
        Assert.Contains("bytes follow its end", Message([.. stored, 0]), StringComparison.Ordinal);

        static string Message(byte[] bytes) => Assert.Throws<IntegrityException>(() => Load(new MemoryStream(bytes))).Message;
    }

    /// <summary>Numbers and bytes lie across the ends of the buffers.</summary>
    [Fact]
    public void A_record_larger_than_the_buffers_is_loaded_as_it_was_saved()
    {
        ImmutableArray<TarEntry> entries =
        [
            .. Enumerable.Range(0, 1000).Select(static i => new TarEntry
            {
                Type = TarEntryType.SymbolicLink,
                Name = $"{i % 10}/{new string('n', i % 700)}",
                LinkName = new string('t', 1 + (i % 600)),
                UserId = (uint)i * 7919,
                UserName = $"user{i % 300}",
                ModificationTime = new FileTime((long)i << (i % 40)),
                DataOffset = i * 512L,
            }),
        ];
        var stream = new MemoryStream();
        new LayerRecord(DiffId, Checksums(new byte[1]), new LayerIndex(entries)).Save(stream);
        Assert.InRange(stream.Length, 300_000, 2_000_000);
        foreach (var input in (Stream[])[new MemoryStream(stream.ToArray()), new OneByteStream(stream.ToArray())])
        {
            Assert.Equal(entries, Load(input).Index.Entries);
        }
    }

    [Fact]
    public void An_index_has_a_hash_for_none_or_for_each_of_its_entries()
    {
        Assert.Empty(new LayerIndex(default).Entries);
        var without = new LayerIndex(Entries);
        Assert.True(without.ContentHash(1).IsEmpty);
        Assert.Throws<ArgumentOutOfRangeException>(() => without.ContentHash(-1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => without.ContentHash(Entries.Length).Length);
        var loaded = Load(new MemoryStream(Save())).Index;
        Assert.True(loaded.ContentHash(0).IsEmpty);
        Assert.Equal(Enumerable.Repeat((byte)7, 32), loaded.ContentHash(1).ToArray());
    }

    [Fact]
    public void A_stored_record_keeps_to_the_limits()
    {
        var stored = Save();
        var exact = new InputLimits { MaxArchiveEntries = 5, MaxArchiveSize = 100_000, MaxPathLength = 8, MaxExtendedHeaderSize = 6 };
        Assert.Equal(5, LayerRecord.Load(new MemoryStream(stored), DiffId, exact).Index.Entries.Length);
        foreach (var (message, limits) in (ReadOnlySpan<(string, InputLimits)>)
            [
                ("the number of entries (limit MaxArchiveEntries) is 5, more than 4", exact with { MaxArchiveEntries = 4 }),
                ("the length of the archive (limit MaxArchiveSize) is 100000, more than 99999", exact with { MaxArchiveSize = 99_999 }),
                ("the length of a name (limit MaxPathLength) is 4, more than 3", exact with { MaxPathLength = 7 }),
                ("the length of a string (limit MaxExtendedHeaderSize) is 6, more than 5", exact with { MaxExtendedHeaderSize = 5 }),
            ])
        {
            Assert.Contains(message, Assert.Throws<IntegrityException>(() => LayerRecord.Load(new MemoryStream(stored), DiffId, limits)).Message, StringComparison.Ordinal);
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
