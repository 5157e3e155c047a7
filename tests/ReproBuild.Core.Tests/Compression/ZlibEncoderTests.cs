using System.IO.Compression;
using System.Security.Cryptography;
using ReproBuild.Core.Compression;

namespace ReproBuild.Core.Tests.Compression;

public sealed class ZlibEncoderTests
{
    [Fact]
    public void Every_small_length_of_every_corpus_round_trips()
    {
        foreach (var name in Corpus.Names)
        {
            var data = Corpus.Make(name, 600);
            for (var length = 0; length <= data.Length; length++)
            {
                Assert.All(
                    Enum.GetValues<CompressionEffort>(),
                    effort => Assert.Equal(data[..length], Unpack(Compress(data.AsSpan(0, length), effort))));
            }
        }
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(65536)]
    [InlineData(131072)]
    [InlineData(1048576)]
    [InlineData(5_000_000)]
    public void Blocks_of_every_corpus_round_trip(int length)
    {
        foreach (var name in Corpus.Names)
        {
            var data = Corpus.Make(name, length);
            Assert.All(Enum.GetValues<CompressionEffort>(), effort => Assert.Equal(data, Unpack(Compress(data, effort))));
        }
    }

    [Fact]
    public void The_header_is_that_of_the_default_level()
    {
        Assert.Equal([0x78, 0x9C], Compress([1])[..2]);
    }

    [Fact]
    public void Zero_is_returned_exactly_when_the_stream_does_not_fit()
    {
        foreach (var name in Corpus.Names)
        {
            var data = Corpus.Make(name, 40_000);
            var compressed = Compress(data);
            var exact = new byte[compressed.Length];
            Assert.Equal(compressed.Length, ZlibEncoder.Compress(data, exact));
            Assert.Equal(compressed, exact);
            foreach (var shorter in new[] { 0, 1, 6, 7, 20, compressed.Length / 2, compressed.Length - 1 })
            {
                Assert.True(shorter >= compressed.Length || ZlibEncoder.Compress(data, new byte[shorter]) == 0);
            }
        }
    }

    [Fact]
    public void The_greatest_length_holds_whatever_comes()
    {
        foreach (var length in new[] { 0, 1, 100, 16_382, 16_383, 32_764, 65_535, 65_536, 1_000_000, 3_333_333 })
        {
            Assert.InRange(Compress(Corpus.Make("noise", length)).Length, length + 1, ZlibEncoder.GetMaxCompressedLength(length));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => ZlibEncoder.GetMaxCompressedLength(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ZlibEncoder.GetMaxCompressedLength(int.MaxValue));
    }

    [Fact]
    public void Concurrent_calls_give_the_same_bytes()
    {
        var inputs = Corpus.Names.Select(n => Corpus.Make(n, 30_000)).ToArray();
        var expected = inputs.Select(i => Compress(i)).ToArray();
        Parallel.For(0, 60, i => Assert.Equal(expected[i % expected.Length], Compress(inputs[i % inputs.Length])));
    }

    [Fact]
    public void The_bytes_are_pinned()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in Corpus.Names)
        {
            hash.AppendData(Compress(Corpus.Make(name, 65_536)));
        }

        Assert.Equal("448f4c5ac7dc5bb6229acb035e87f56a3314e9b98298c64aa2bb20139ea99601", Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static byte[] Compress(ReadOnlySpan<byte> data, CompressionEffort effort = CompressionEffort.Default)
    {
        var buffer = new byte[ZlibEncoder.GetMaxCompressedLength(data.Length)];
        var length = ZlibEncoder.Compress(data, buffer, effort);
        Assert.NotEqual(0, length);
        return buffer[..length];
    }

    private static byte[] Unpack(byte[] compressed)
    {
        using var output = new MemoryStream();
        using var zlib = new ZLibStream(new MemoryStream(compressed), CompressionMode.Decompress);
        zlib.CopyTo(output);
        return output.ToArray();
    }
}
