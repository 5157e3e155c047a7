using ReproBuild.Core.Compression;
using ReproBuild.Core.Compression.Deflate;

namespace ReproBuild.Core.Tests.Compression;

public sealed class ZeroPieceTests
{
    private const int Piece = GzipTesting.PieceSize;

    public static TheoryData<int, int, int> Shapes => new()
    {
        { 0, Piece - 1, 0 },
        { 0, Piece, 0 },
        { 0, (2 * Piece) + 1, 0 },
        { 0, 5 * Piece, 0 },
        { 1, 3 * Piece, 1 },
        { Piece, 3 * Piece, Piece },
        { Piece + 77, (3 * Piece) - 77, 1 },
        { Piece - 1, (4 * Piece) + 2, 9 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Remembered_pieces_are_those_that_the_encoder_gives(int before, int zeros, int after)
    {
        byte[] data = [.. Corpus.Make("text", before), .. new byte[zeros], .. Corpus.Make("text", after)];

        var written = GzipTesting.Compress(data, maxParallelism: 3);

        Assert.Equal(EncodedPieceByPiece(data), written[10..^10]);
        Assert.Equal(data, GzipTesting.Unpack(written));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void One_byte_that_is_not_zero_makes_an_ordinary_piece(byte value, bool expected)
    {
        var piece = new byte[Piece];
        Assert.True(ZeroPiece.Matches(piece));
        piece[^1] = value;
        Assert.Equal(expected, ZeroPiece.Matches(piece));
        piece[^1] = 0;
        piece[0] = value;
        Assert.Equal(expected, ZeroPiece.Matches(piece));
        Assert.False(ZeroPiece.Matches(new byte[Piece - 1]));
    }

    private static byte[] EncodedPieceByPiece(byte[] data)
    {
        using var output = new MemoryStream();
        var buffer = new byte[DeflateEncoder.MaxEncodedLength(Piece)];
        for (var start = 0; start < data.Length; start += Piece)
        {
            var piece = data.AsSpan(start..Math.Min(data.Length, start + Piece));
            output.Write(buffer, 0, DeflateEncoder.Encode(piece, buffer, CompressionEffort.Default, isFinal: false));
        }

        return output.ToArray();
    }
}
