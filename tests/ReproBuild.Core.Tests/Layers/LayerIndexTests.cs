using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;
using ReproBuild.Core.Tar;
using ReproBuild.Core.Tests.Tar;

namespace ReproBuild.Core.Tests.Layers;

public sealed class LayerIndexTests
{
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
            var loaded = LayerIndex.Load(stream).Entries;
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
    public void An_index_that_is_damaged_anywhere_is_refused()
    {
        var stored = Save();
        for (var i = 0; i < stored.Length; i++)
        {
            Assert.Throws<IntegrityException>(() => LayerIndex.Load(new MemoryStream(stored[..i])));
            for (var bit = 0; bit < 8; bit++)
            {
                var damaged = stored.ToArray();
                damaged[i] ^= (byte)(1 << bit);
                Assert.Throws<IntegrityException>(() => LayerIndex.Load(new MemoryStream(damaged)));
            }
        }

        Assert.Throws<IntegrityException>(() => LayerIndex.Load(new MemoryStream([.. stored, 0])));
    }

    [Fact]
    public void A_stored_index_keeps_to_the_limits()
    {
        var stored = Save();
        foreach (var (limit, limits) in (ReadOnlySpan<(string, InputLimits)>)
            [
                (nameof(InputLimits.MaxArchiveEntries), new() { MaxArchiveEntries = 4 }),
                (nameof(InputLimits.MaxPathLength), new() { MaxPathLength = 7 }),
                (nameof(InputLimits.MaxExtendedHeaderSize), new() { MaxExtendedHeaderSize = 3 }),
            ])
        {
            Assert.Contains(limit, Assert.Throws<IntegrityException>(() => LayerIndex.Load(new MemoryStream(stored), limits)).Message, StringComparison.Ordinal);
        }
    }

    private static byte[] Save()
    {
        var stream = new MemoryStream();
        new LayerIndex(Entries).Save(stream);
        return stream.ToArray();
    }
}
