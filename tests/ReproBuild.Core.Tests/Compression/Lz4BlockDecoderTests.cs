using ReproBuild.Core.Compression;

namespace ReproBuild.Core.Tests.Compression;

public sealed class Lz4BlockDecoderTests
{
    [Fact]
    public void An_overlapping_match_repeats_its_period()
    {
        var output = new byte[14];
        Assert.Equal(14, Lz4BlockDecoder.Decode([0x35, 1, 2, 3, 3, 0, 0x20, 8, 9], output));
        Assert.Equal([1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 8, 9], output);
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0x20, 1 })]
    [InlineData(new byte[] { 0xF0 })]
    [InlineData(new byte[] { 0xF0, 255, 255 })]
    [InlineData(new byte[] { 0x10, 1, 1 })]
    [InlineData(new byte[] { 0x10, 1, 0, 0, 0 })]
    [InlineData(new byte[] { 0x10, 1, 2, 0, 0 })]
    [InlineData(new byte[] { 0x1F, 1, 1, 0, 200, 0 })]
    [InlineData(new byte[] { 0x1F, 1, 1, 0 })]
    public void Malformed_blocks_are_refused(byte[] block)
    {
        Assert.Throws<InvalidDataException>(() => Lz4BlockDecoder.Decode(block, new byte[100]));
    }

    [Fact]
    public void Random_bytes_never_do_more_than_fail()
    {
        var random = new Random(11);
        var block = new byte[64];
        var output = new byte[256];
        for (var round = 0; round < 200_000; round++)
        {
            random.NextBytes(block);
            try
            {
                Assert.InRange(Lz4BlockDecoder.Decode(block.AsSpan(0, random.Next(block.Length)), output), 0, output.Length);
            }
            catch (InvalidDataException)
            {
            }
        }
    }
}
