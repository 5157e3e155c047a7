using System.Security.Cryptography;
using ReproBuild.Core.Compression;
using ReproBuild.Testing.Formats;

namespace ReproBuild.Core.Tests.Compression;

public sealed class Lz4BlockEncoderTests
{
    [Fact]
    public void Every_small_length_of_every_corpus_round_trips()
    {
        foreach (var name in Corpus.Names)
        {
            var data = Corpus.Make(name, 400);
            for (var length = 0; length <= data.Length; length++)
            {
                RoundTrip(data[..length]);
            }
        }
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(65_535)]
    [InlineData(131_072)]
    [InlineData(1_048_576)]
    public void Blocks_of_every_corpus_round_trip(int length)
    {
        foreach (var name in Corpus.Names)
        {
            RoundTrip(Corpus.Make(name, length));
        }
    }

    [Fact]
    public void An_empty_block_is_a_token_alone()
    {
        Assert.Equal([0], Compress([]));
    }

    [Fact]
    public void Repeats_become_a_match_with_the_ends_conditions_of_the_format()
    {
        // 20 bytes: one literal, a match of 14 at distance 1, and the last five bytes as literals.
        Assert.Equal([0x1A, 7, 1, 0, 0x50, 7, 7, 7, 7, 7], Compress(Enumerable.Repeat((byte)7, 20).ToArray()));
    }

    [Fact]
    public void Zero_is_returned_exactly_when_the_block_does_not_fit()
    {
        foreach (var name in Corpus.Names)
        {
            var data = Corpus.Make(name, 30_000);
            var compressed = Compress(data);
            Assert.Equal(compressed.Length, Lz4BlockEncoder.Compress(data, new byte[compressed.Length]));
            for (var shorter = 0; shorter < compressed.Length; shorter += 1 + (compressed.Length / 50))
            {
                Assert.Equal(0, Lz4BlockEncoder.Compress(data, new byte[shorter]));
            }

            Assert.Equal(0, Lz4BlockEncoder.Compress(data, new byte[compressed.Length - 1]));
        }
    }

    [Fact]
    public void Text_shrinks_and_noise_barely_grows()
    {
        Assert.InRange(Compress(Corpus.Make("text", 131_072)).Length, 1, 131_072 * 6 / 10);
        Assert.InRange(Compress(Corpus.Make("noise", 131_072)).Length, 131_072, 131_072 + 600);
        Assert.InRange(Compress(Corpus.Make("zeros", 131_072)).Length, 1, 600);
    }

    [Fact]
    public void The_bytes_are_pinned()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in Corpus.Names)
        {
            hash.AppendData(Compress(Corpus.Make(name, 131_072)));
        }

        Assert.Equal("2789520ebc3741e0fe84d5a4ec888de6a8ac9a08cc40de9aff35f4a57f1cbd67", Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Fact]
    public void Every_size_of_a_small_block_holds_a_prefix()
    {
        foreach (var name in Corpus.Names)
        {
            var data = Corpus.Make(name, 600);
            for (var length = 0; length <= data.Length; length += 1 + (length / 20))
            {
                var whole = Compress(data.AsSpan(0, length));
                for (var room = 0; room <= whole.Length + 1; room++)
                {
                    var (consumed, block) = CompressPrefix(data.AsSpan(0, length), room);
                    Assert.InRange(block.Length, Math.Min(room, 1), room);
                    Assert.Equal(data[..consumed], room == 0 ? [] : Lz4Specification.Decode(block));
                    Assert.Equal(room >= whole.Length ? whole : [], consumed == length && room > 0 ? block : []);
                    Assert.Equal(room >= whole.Length ? whole.Length : 0, Lz4BlockEncoder.Compress(data.AsSpan(0, length), new byte[room]));
                }
            }
        }
    }

    [Theory]
    [InlineData("zeros", 1_041_954)]
    [InlineData("noise", 4079)]
    [InlineData("text", 9205)]
    public void A_block_of_4096_bytes_holds_as_much_as_fits(string name, int expected)
    {
        var data = Corpus.Make(name, 2 << 20);
        var (consumed, block) = CompressPrefix(data, 4096);
        Assert.InRange(block.Length, 4094, 4096);
        Assert.Equal(data[..consumed], Lz4Specification.Decode(block));
        Assert.Equal(expected, consumed);
    }

    [Fact]
    public void The_bytes_of_blocks_of_4096_are_pinned()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in Corpus.Names)
        {
            ReadOnlySpan<byte> data = Corpus.Make(name, 300_000);
            while (!data.IsEmpty)
            {
                var (consumed, block) = CompressPrefix(data, 4096);
                hash.AppendData(block);
                Assert.Equal(data[..consumed], Lz4Specification.Decode(block));
                data = data[consumed..];
            }
        }

        Assert.Equal("e18309601588416b73f958a3bead7c9147855d86a1e6e29fc45bc7f77d6b251b", Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static (int Consumed, byte[] Block) CompressPrefix(ReadOnlySpan<byte> data, int room)
    {
        var buffer = new byte[room];
        var consumed = Lz4BlockEncoder.CompressPrefix(data, buffer, out var written);
        return (consumed, buffer[..written]);
    }

    private static void RoundTrip(byte[] data)
    {
        var compressed = Compress(data);
        Assert.Equal(data, Lz4Specification.Decode(compressed));
        var unpacked = new byte[data.Length];
        Assert.Equal(data.Length, Lz4BlockDecoder.Decode(compressed, unpacked));
        Assert.Equal(data, unpacked);
    }

    private static byte[] Compress(ReadOnlySpan<byte> data)
    {
        var buffer = new byte[Lz4BlockEncoder.GetMaxCompressedLength(data.Length)];
        return buffer[..Lz4BlockEncoder.Compress(data, buffer)];
    }
}
