using System.IO.Compression;

namespace ReproBuild.Core.Tests.Compression;

public sealed class DeflateConformanceTests
{
    private const int HeaderLength = 10;
    private const int TrailerLength = 8;

    [Fact]
    public void A_decoder_written_from_the_specification_reads_every_corpus()
    {
        var blocks = new int[3];
        foreach (var (name, effort) in Corpus.Names.SelectMany(static name => Enum.GetValues<CompressionEffort>().Select(effort => (name, effort))))
        {
            var data = Corpus.Make(name, GzipTesting.PieceSize + 40_000);
            var compressed = GzipTesting.Compress(data, effort: effort);
            var inflater = new DeflateSpecification(compressed, HeaderLength);
            Assert.Equal(data, inflater.Inflate());
            Assert.Equal(compressed.Length - TrailerLength, inflater.End);
            Assert.InRange(inflater.MaxDistance, 0, 32_768);
            Assert.InRange(inflater.MaxLength, 0, 258);
            Assert.True(inflater.MinLength >= 3);
            blocks = [.. blocks.Zip(inflater.Blocks, (a, b) => a + b)];
        }

        Assert.All(blocks, count => Assert.NotEqual(0, count));
    }

    [Fact]
    public void A_piece_uses_nothing_of_the_piece_before()
    {
        var data = new byte[GzipTesting.PieceSize + 1000];
        Corpus.FillNoise(data, 9);
        data.AsSpan(GzipTesting.PieceSize - 1000, 1000).CopyTo(data.AsSpan(GzipTesting.PieceSize));
        var inflater = new DeflateSpecification(GzipTesting.Compress(data), HeaderLength);
        Assert.Equal(data, inflater.Inflate());
        Assert.Equal(0, inflater.MaxDistance);
    }

    // Random words and random symbols are what a short search is worst at; docs/compression.md has figures of real data.
    [Theory]
    [InlineData("text", 1.11, 1)]
    [InlineData("period", 0.7, 0.7)]
    [InlineData("steps", 1.04, 0.97)]
    [InlineData("mixed", 1, 0.99)]
    [InlineData("noise", 1.01, 1.01)]
    [InlineData("zeros", 1.1, 1.1)]
    public void The_size_is_about_that_of_zlib_at_level_six(string corpus, double bound, double best)
    {
        var data = Corpus.Make(corpus, 1_500_000);
        using var reference = new MemoryStream();
        using (var gzip = new GZipStream(reference, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(data);
        }

        Assert.InRange(GzipTesting.Compress(data).Length, 1, (long)(reference.Length * bound));
        Assert.InRange(GzipTesting.Compress(data, effort: CompressionEffort.Best).Length, 1, (long)(reference.Length * best));
    }
}
