using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;
using ReproBuild.Core.Tar;
using ReproBuild.Core.Tests.Tar;

namespace ReproBuild.Core.Tests.Layers;

/// <summary>The stored form byte for byte, as <see cref="LayerRecordFormat"/> describes it.</summary>
public sealed class LayerRecordBytesTests
{
    private const string Largest = "ffffffffffffffffff01";

    private static readonly Digest DiffId = Digest.OfSha256("a layer"u8);
    private static readonly TarEntry Plain = new() { Type = TarEntryType.Fifo, Name = "n" };

    /// <summary>A record of an empty archive up to the number of its entries.</summary>
    private static readonly byte[] Beginning = [.. "RBLAYERX"u8, 2, 1, 32, .. Convert.FromHexString(DiffId.Hex), 0];

    [Fact]
    public void Every_field_has_its_bytes_and_a_field_that_is_not_set_has_none()
    {
        AssertBytes("360000016e 000000 0000 00 00 00", Plain);
        AssertBytes("360000016e 000000 0000 01 00 00", Plain with { ModificationTime = new FileTime(-1) });
        AssertBytes("360100016e 000000 0000 00 00 00 05", Plain with { ModificationTime = new FileTime(0, 5) });
        AssertBytes("360200016e 000000 0000 00 00 00 0174", Plain with { LinkName = "t" });
        AssertBytes("360400016e 000000 0000 00 00 00 0800", Plain with { DeviceMajor = 8 });
        AssertBytes("360400016e 000000 0000 00 00 00 0008", Plain with { DeviceMinor = 8 });
        AssertBytes("360800016e 000000 0000 00 00 00 01 010161 020162", Plain with { ExtendedAttributes = [new("a", "b")] });
        AssertBytes("361000016e 000000 0000 00 00 00 01 01016b 00", Plain with { PaxRecords = [new("k", "")] });
        AssertBytes("362000016e 000000 0000 00 04 00 00", Plain with { Size = 4, SparseExtents = [] });
        AssertBytes("362000016e 000000 0000 00 04 00 01 010203", Plain with { Size = 4, SparseExtents = [new(1, 2, 3)] });
    }

    [Fact]
    public void Names_share_their_beginning_and_strings_are_written_once()
    {
        AssertBytes("360000016e 000000 0101 61 01 00 00 00", Plain with { UserName = "a", GroupName = "a" });
        AssertBytes(
            "36000002 6162 000000 0000 00 00 00 36000101 63 000000 0000 00 00 00", Plain with { Name = "ab" }, Plain with { Name = "ac" });
    }

    [Fact]
    public void Numbers_may_be_as_large_as_their_fields()
    {
        AssertBytes(
            $"360000016e ff1f ffffffff0f 8001 0000 {Largest} ffffffffffffffff7f 8008",
            Plain with
            {
                Mode = (UnixFileMode)0xFFF,
                UserId = uint.MaxValue,
                GroupId = 128,
                ModificationTime = new FileTime(long.MinValue),
                Size = long.MaxValue,
                DataOffset = 512,
            });
    }

    [Fact]
    public void The_checksums_of_the_archive_are_kept()
    {
        ImmutableArray<ulong> values = [0x0102_0304_0506_0708, ulong.MaxValue];
        var stream = new MemoryStream();
        new LayerRecord(DiffId, new BlockChecksums(BlockChecksums.BlockSize + 1, values), new LayerIndex([])).Save(stream);
        var stored = stream.ToArray();
        Assert.Equal("81800408070605040302 01ffffffffffffffff00".Replace(" ", "", StringComparison.Ordinal), Convert.ToHexStringLower(stored[43..^32]));
        var loaded = LayerRecord.Load(new MemoryStream(stored), DiffId).Checksums;
        Assert.Equal(BlockChecksums.BlockSize + 1, loaded.Length);
        Assert.Equal(values, loaded.Values);
    }

    /// <summary>Each is looked at where it stands, so that no more is read or reserved because of it.</summary>
    [Theory]
    [InlineData("3000008020", "the length of a name (limit MaxPathLength) is 4096, more than 4095")]
    [InlineData("30000000 000000 0181808004", "the length of a string (limit MaxExtendedHeaderSize) is 8388609, more than 8388608")]
    [InlineData("30010000 000000 0000 00 00 00 8094ebdc03", "the nanoseconds of a time is 1000000000, more than 999999999")]
    [InlineData("30020000 000000 0000 00 00 00 8020", "the length of a link target (limit MaxPathLength) is 4096, more than 4095")]
    [InlineData("30080000 000000 0000 00 00 00 81808004", "the number of an entry's items (limit MaxExtendedHeaderSize) is 8388609, more than 8388608")]
    [InlineData("30200000 000000 0000 00 00 00 01 " + Largest, "an offset is 18446744073709551615, more than 9223372036854775807")]
    [InlineData("30200000 000000 0000 00 00 00 01 00 " + Largest, "an offset is 18446744073709551615, more than 9223372036854775807")]
    [InlineData("30200000 000000 0000 00 00 00 01 0000 " + Largest, "a length is 18446744073709551615, more than 9223372036854775807")]
    public void A_field_that_cannot_be_is_refused_for_that(string entry, string message) =>
        Assert.Contains(message, Refuse([.. Beginning, 1, .. Hex(entry)]), StringComparison.Ordinal);

    /// <summary>Bytes that this thread allocates are counted, which no other test changes.</summary>
    [Theory]
    [InlineData(43, "808080808004")]
    [InlineData(44, "8092f401")]
    [InlineData(44, "01 30080000 000000 0000 00 00 00 80808004")]
    [InlineData(44, "01 30200000 000000 0000 00 00 00 80808004")]
    public void A_number_of_things_that_do_not_follow_takes_no_memory(int offset, string hex)
    {
        byte[] stored = [.. Beginning.AsSpan(0, offset), .. Hex(hex)];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("it ends early", Refuse(stored), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 1 << 20);
    }

    /// <summary>Every way of writing and reading, at every place of the end of the buffers.</summary>
    [Fact]
    public void Numbers_and_bytes_lie_across_the_ends_of_the_buffers()
    {
        var filler = new byte[65_536];
        new Random(3).NextBytes(filler);
        for (var before = filler.Length - 12; before <= filler.Length; before++)
        {
            var stored = new MemoryStream();
            using (var output = new HashedOutput(stored))
            {
                output.WriteBytes(filler.AsSpan(0, before));
                output.WriteByte(7);
                output.WriteNumber(ulong.MaxValue);
                output.WriteBytes("end"u8);
                output.Finish();
            }

            stored.Position = 0;
            using var input = new HashedInput(stored);
            var read = new byte[before];
            input.ReadBytes(read);
            Assert.True(read.AsSpan().SequenceEqual(filler.AsSpan(0, before)));
            Assert.Equal(7, input.ReadByte());
            Assert.Equal(ulong.MaxValue, input.ReadNumber());
            var end = new byte[3];
            input.ReadBytes(end);
            Assert.Equal("end"u8.ToArray(), end);
            input.Finish();
        }
    }

    private static void AssertBytes(string entries, params TarEntry[] expected)
    {
        var stream = new MemoryStream();
        new LayerRecord(DiffId, new BlockChecksums(0, []), new LayerIndex([.. expected])).Save(stream);
        var stored = stream.ToArray();
        Assert.Equal(Convert.ToHexStringLower([.. Beginning, (byte)expected.Length, .. Hex(entries)]), Convert.ToHexStringLower(stored[..^32]));
        var loaded = LayerRecord.Load(new MemoryStream(stored), DiffId).Index.Entries;
        Assert.Equal(expected.Length, loaded.Length);
        foreach (var (wanted, entry) in expected.Zip(loaded))
        {
            TarArchives.AssertSame(wanted, entry);
            Assert.Equal(wanted.DataOffset, entry.DataOffset);
            Assert.Equal(wanted.SparseExtents.IsDefault, entry.SparseExtents.IsDefault);
            Assert.True(wanted.SparseExtents.IsDefault || wanted.SparseExtents.SequenceEqual(entry.SparseExtents));
        }
    }

    private static string Refuse(byte[] stored) =>
        Assert.Throws<IntegrityException>(() => LayerRecord.Load(new MemoryStream(stored), DiffId)).Message;

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));
}
