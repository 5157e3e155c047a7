using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tests.FileSystem;

public sealed class VerifiedBlobTests
{
    private const int Block = BlockChecksums.BlockSize;

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static VerifiedBlob Verified(byte[] bytes) => new(Blob.FromBytes(bytes), Checksums(bytes, bytes.Length), "The blob");

    private static BlockChecksums Checksums(byte[] bytes, int portion)
    {
        var builder = new BlockChecksumBuilder();
        for (var i = 0; i < bytes.Length; i += portion)
        {
            builder.Append(bytes.AsSpan(i, Math.Min(portion, bytes.Length - i)));
        }

        return builder.Build();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Block - 1)]
    [InlineData(Block)]
    [InlineData(Block + 1)]
    [InlineData((3 * Block) + 100)]
    public void Any_part_can_be_read(int length)
    {
        var bytes = Bytes(length);
        using var blob = Verified(bytes);
        Assert.Equal(length, blob.Length);
        int[] places = [0, 1, 100, Block - 1, Block, Block + 1, (2 * Block) - 1, 3 * Block, length - 1, length, length + 1];
        foreach (var from in places.Where(static place => place >= 0))
        {
            foreach (var to in places.Where(to => to >= from))
            {
                var buffer = new byte[to - from];
                var expected = from >= length ? [] : bytes[from..Math.Min(to, length)];
                Assert.Equal(expected.Length, blob.Read(from, buffer));
                Assert.Equal(expected, buffer[..expected.Length]);
            }
        }
    }

    [Fact]
    public void Checksums_do_not_depend_on_the_portions()
    {
        var bytes = Bytes((2 * Block) + 77);
        var expected = Checksums(bytes, bytes.Length).Values;
        Assert.Equal(3, expected.Length);
        Assert.All((int[])[1000, Block, Block + 1], portion => Assert.Equal(expected, Checksums(bytes, portion).Values));
        var error = Assert.Throws<ArgumentException>(() => new BlockChecksums(bytes.Length, expected[..2]));
        Assert.Contains("one checksum for each block", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new BlockChecksums(-1, []));
        Assert.Throws<ArgumentException>(() => new BlockChecksums(0, default));
    }

    [Fact]
    public void No_changed_bit_is_read_and_the_rest_still_is()
    {
        var bytes = Bytes((2 * Block) + 10);
        foreach (var place in (int[])[0, Block - 1, Block, bytes.Length - 1])
        {
            // A new one, since the block that was read in part last stays in memory.
            using var blob = Verified(bytes);
            bytes[place] ^= 64;
            var whole = new byte[bytes.Length];
            var error = Assert.Throws<IntegrityException>(() => blob.Read(0, whole));
            Assert.Contains("The blob changed after it was verified", error.Message, StringComparison.Ordinal);
            Assert.Contains($"the {Math.Min(Block, bytes.Length - (place / Block * Block))} bytes at {place / Block * Block} are others", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(whole[(place / Block * Block)..], static value => value != 0);
            var part = new byte[3];
            Assert.Throws<IntegrityException>(() => blob.Read(place / Block * Block, part));
            Assert.Equal(new byte[3], part);
            Assert.Equal(3, blob.Read(place < Block ? Block : 0, part));
            bytes[place] ^= 64;
            Assert.Equal(3, blob.Read(place / Block * Block, part));
        }
    }

    [Fact]
    public void A_blob_that_became_shorter_is_not_read()
    {
        var bytes = Bytes(Block + 10);
        using var blob = new VerifiedBlob(Blob.FromBytes(bytes.AsMemory(0, Block + 9)), Checksums(bytes, bytes.Length), "The blob");
        Assert.Throws<IntegrityException>(() => blob.Read(0, new byte[bytes.Length]));
        Assert.Equal(5, blob.Read(0, new byte[5]));
    }

    [Fact]
    public void What_the_buffer_held_is_not_taken_for_what_was_read()
    {
        var bytes = Bytes((2 * Block) + 10);
        using var blob = new VerifiedBlob(Blob.FromBytes(bytes.AsMemory(0, Block + 9)), Checksums(bytes, bytes.Length), "The blob");
        Assert.Throws<IntegrityException>(() => blob.Read(0, bytes.ToArray()));
    }

    /// <summary>Each read is given as its offset and its length; then come the reads of the blob that is verified.</summary>
    [Theory]
    [InlineData("0+1 1+2 100+65436", "0+65536")]
    [InlineData("0+65536 0+131072", "0+65536 0+131072")]
    [InlineData("0+196618", "0+196618")]
    [InlineData("65536+131082", "65536+131082")]
    [InlineData("0+131073", "0+131072 131072+65536")]
    [InlineData("1+65536", "0+65536 65536+65536")]
    [InlineData("65535+131083", "0+65536 65536+131082")]
    [InlineData("196608+9 196609+9", "196608+10")]
    [InlineData("196608+10 196608+11", "196608+10 196608+10")]
    [InlineData("0+1 65536+1 0+1", "0+65536 65536+65536 0+65536")]
    public void Whole_blocks_are_read_at_once_and_the_last_part_of_one_not_again(string reads, string expected)
    {
        var bytes = Bytes((3 * Block) + 10);
        using var inner = new RecordingBlob(bytes);
        using var blob = new VerifiedBlob(inner, Checksums(bytes, bytes.Length), "The blob");
        foreach (var read in reads.Split(' ').Select(static read => Array.ConvertAll(read.Split('+'), int.Parse)))
        {
            blob.Read(read[0], new byte[read[1]]);
        }

        Assert.Equal(expected, string.Join(' ', inner.Reads));
    }

    [Fact]
    public async Task Several_may_read_at_once()
    {
        var bytes = Bytes(4 * Block);
        using var blob = Verified(bytes);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(reader => Task.Run(() =>
        {
            var buffer = new byte[100];
            for (var i = 0; i < 2000; i++)
            {
                var offset = ((i * 997) + (reader * 5003)) % (bytes.Length - buffer.Length);
                blob.Read(offset, buffer);
                Assert.True(buffer.AsSpan().SequenceEqual(bytes.AsSpan(offset, buffer.Length)));
            }
        })));
    }

    [Fact]
    public void Nothing_is_read_once_it_is_disposed()
    {
        var bytes = Bytes(10);
        var inner = new RecordingBlob(bytes);
        var blob = new VerifiedBlob(inner, Checksums(bytes, 10), "The blob");
        blob.Read(0, new byte[1]);
        Assert.Throws<ArgumentOutOfRangeException>("offset", () => blob.Read(-1, new byte[1]));
        Assert.False(inner.IsDisposed);
        blob.Dispose();
        Assert.True(inner.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => blob.Read(0, new byte[1]));
        Assert.Throws<ArgumentNullException>("inner", () => new VerifiedBlob(null!, Checksums(bytes, 10), "The blob"));
        Assert.Throws<ArgumentNullException>("checksums", () => new VerifiedBlob(inner, null!, "The blob"));
    }

    /// <summary>Remembers what was read of it.</summary>
    private sealed class RecordingBlob(byte[] bytes) : Blob, IDisposable
    {
        public List<string> Reads { get; } = [];

        public bool IsDisposed { get; private set; }

        public override long Length => bytes.Length;

        public override int Read(long offset, Span<byte> buffer)
        {
            Reads.Add($"{offset}+{buffer.Length}");
            bytes.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
            return buffer.Length;
        }

        public void Dispose() => IsDisposed = true;
    }
}
