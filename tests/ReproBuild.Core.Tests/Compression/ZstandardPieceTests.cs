using CsCheck;
using ReproBuild.Core.Compression;
using ReproBuild.Core.Compression.Zstandard;
using ReproBuild.Testing.Randomized;
using static ReproBuild.Core.Tests.Compression.ZstandardTesting;

namespace ReproBuild.Core.Tests.Compression;

/// <summary>Blocks that are to stand anywhere in a frame use nothing of what is before them: no matches, and none of the recent offsets.</summary>
public sealed class ZstandardPieceTests
{
    private const int Cases = 200;

    [Theory]
    [MemberData(nameof(Efforts), MemberType = typeof(ZstandardTesting))]
    public Task Pieces_that_know_nothing_of_one_another_make_a_frame(CompressionEffort effort) => RandomCases.CheckAsync(
        RandomTrees.Content.Array[1, 5],
        random =>
        {
            var pieces = random.Select(static parts => RandomContent.Join(parts)).Where(static piece => piece.Length > 0).ToArray();
            Check(pieces, effort);
        },
        Cases,
        static random => string.Join(" | ", random.Select(static parts => string.Join(' ', parts.AsEnumerable()))));

    [Theory]
    [MemberData(nameof(Efforts), MemberType = typeof(ZstandardTesting))]
    public void Inputs_that_lead_to_the_corners_are_pieces_of_one_frame(CompressionEffort effort) =>
        Check([.. ZstandardInputs.All.Values, .. Corpus.Names.Select(static name => Corpus.Make(name, 300_000)), .. ZstandardInputs.All.Values], effort);

    private static void Check(byte[][] pieces, CompressionEffort effort)
    {
        var content = pieces.SelectMany(static piece => piece).ToArray();
        Assert.True(content.AsSpan().SequenceEqual(Decompress(Join(pieces, effort))), "The pieces came back changed.");
    }

    private static byte[] Join(byte[][] pieces, CompressionEffort effort)
    {
        var header = new byte[ZstandardFormat.MaxFrameHeaderLength];
        var frame = header[..FrameHeader.Write(header, pieces.Sum(static piece => piece.Length))].ToList();
        foreach (var piece in pieces)
        {
            var blocks = new byte[FrameEncoder.MaxEncodedLength(piece.Length)];
            frame.AddRange(blocks.AsSpan(0, FrameEncoder.EncodePiece(piece, blocks, effort)));
        }

        // An empty raw block is the last one.
        return [.. frame, 1, 0, 0];
    }
}
