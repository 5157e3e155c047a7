using System.IO.Hashing;
using ReproBuild.Core.Compression;

namespace ReproBuild.Core.Tests.Compression;

public sealed class CheckedLengthTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(300)]
    [InlineData(70_001)]
    public void The_parts_give_what_the_whole_has(int length)
    {
        var data = Corpus.Make("mixed", length);
        var whole = CompressionStreams.InputOf(data);
        for (var cut = 0; cut <= length; cut += Math.Max(1, length / 50))
        {
            Assert.Equal(whole, CompressionStreams.InputOf(data.AsSpan(0, cut)).Append(CompressionStreams.InputOf(data.AsSpan(cut))));
        }

        Assert.Equal(whole, data.Chunk(3).Aggregate(default(CheckedLength), static (before, part) => before.Append(CompressionStreams.InputOf(part))));
    }

    /// <summary>4 GiB of zeros, doubled from one byte, and read.</summary>
    [Fact]
    public void Long_parts_count_like_short_ones()
    {
        var zeros = CompressionStreams.InputOf([0]);
        for (var i = 0; i < 32; i++)
        {
            zeros = zeros.Append(zeros);
        }

        var crc = new Crc32();
        var block = new byte[1 << 20];
        for (var i = 0; i < 1 << 12; i++)
        {
            crc.Append(block);
        }

        Assert.Equal(new CheckedLength(1L << 32, crc.GetCurrentHashAsUInt32()), zeros);
    }
}
