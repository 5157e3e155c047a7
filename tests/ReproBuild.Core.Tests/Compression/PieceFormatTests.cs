using System.Security.Cryptography;
using ReproBuild.Core.Compression;
using static ReproBuild.Core.Tests.Compression.CompressionStreams;

namespace ReproBuild.Core.Tests.Compression;

/// <summary>What holds for every stream that is put together of pieces.</summary>
public sealed class PieceFormatTests
{
    public static TheoryData<string> Formats => [.. Names];

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_is_written_is_read_again(string format)
    {
        foreach (var name in Corpus.Names)
        {
            foreach (var length in (int[])[0, 1, 2, 3, 4, 5, 100, 131_071, 131_073, PieceLength - 1, PieceLength, PieceLength + 1, (3 * PieceLength) + 12_345])
            {
                var data = Corpus.Make(name, length);
                Assert.True(data.AsSpan().SequenceEqual(Unpack(format, Compress(format, data))), $"{length} bytes of {name} came back changed.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_stream_is_its_header_its_pieces_each_compressed_alone_and_its_end(string name)
    {
        var data = Corpus.Make("mixed", (4 * PieceLength) + 777);
        var format = Format(name);
        var pieces = data.Chunk(PieceLength).SelectMany(piece => Encode(format, piece));

        Assert.Equal([.. format.Header.ToArray(), .. pieces, .. format.MakeEnd(InputOf(data)).ToArray()], Compress(name, data, maxParallelism: 3));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_change_changes_one_piece(string name)
    {
        const int Changed = 2;
        var data = Corpus.Make("mixed", (4 * PieceLength) + 777);
        var before = Compress(name, data);
        var format = Format(name);
        var start = format.Header.Length + data.Chunk(PieceLength).Take(Changed).Sum(piece => Encode(format, piece).Length);
        var rest = data.Chunk(PieceLength).Skip(Changed + 1).Sum(piece => Encode(format, piece).Length);
        var end = format.MakeEnd(InputOf(data)).Length;

        data[(Changed * PieceLength) + 4321] ^= 0x55;
        var after = Compress(name, data);

        Assert.NotEqual(before, after);
        Assert.Equal(before[..start], after[..start]);
        Assert.Equal(before[^(rest + end)..^end], after[^(rest + end)..^end]);
    }

    /// <summary>
    /// Whatever a piece follows, its bytes mean the same: here pieces of every kind follow one another in an order of their own, and readers carry on
    /// what they keep from one to the next (windows, tables, recent offsets).
    /// </summary>
    [Theory]
    [InlineData("zstd")]
    [InlineData("zstd, best")]
    [InlineData("lz4")]
    public void Pieces_mean_the_same_in_any_order(string name)
    {
        var format = Format(name);
        byte[][] kinds = [.. ZstandardInputs.All.Values.Where(static input => input.Length > 0), .. Enumerable.Range(0, 150).Select(ZstandardInputs.Mixture)];
        var pieces = kinds.Where(static piece => piece.Length <= PieceLength).Select(piece => (Plain: piece, Encoded: Encode(format, piece))).ToArray();
        for (var seed = 0; seed < 3; seed++)
        {
            new Random(seed).Shuffle(pieces);
            byte[] stream = [.. format.Header.ToArray(), .. pieces.SelectMany(static piece => piece.Encoded), .. format.MakeEnd(default).ToArray()];
            var expected = pieces.SelectMany(static piece => piece.Plain).ToArray();
            Assert.True(expected.AsSpan().SequenceEqual(Unpack(name, stream)), $"The order {seed} came back changed.");
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void No_piece_is_longer_than_said(string name)
    {
        var format = Format(name);
        Assert.InRange(Encode(format, Corpus.Make("noise", PieceLength)).Length, PieceLength, format.MaxEncodedLength);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_cancelled_or_failed_stream_stays_unfinished(string name)
    {
        using var inner = new MemoryStream();
        var stream = Open(name, inner, maxParallelism: 2);
        await stream.WriteAsync(Corpus.Make("text", 4 * PieceLength));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.CompleteAsync(new CancellationToken(true)));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.WriteAsync(new byte[1]));
        var written = inner.Length;
        await stream.DisposeAsync();
        Assert.Equal(written, inner.Length);
        Assert.InRange(written, 1, Compress(name, Corpus.Make("text", 4 * PieceLength)).Length - 1);
    }

    [Fact]
    public void An_empty_Zstandard_frame_has_a_window_of_1_MiB_and_an_empty_last_block() =>
        Assert.Equal([0x28, 0xB5, 0x2F, 0xFD, 0, 0x50, 1, 0, 0], Compress("zstd", []));

    [Fact]
    public void An_empty_legacy_LZ4_frame_is_its_magic_number() => Assert.Equal([0x02, 0x21, 0x4C, 0x18], Compress("lz4", []));

    [Fact]
    public void An_LZ4_block_comes_after_its_length()
    {
        var frame = Compress("lz4", new byte[PieceLength + 3]);
        var length = BitConverter.ToInt32(frame.AsSpan(4, 4));
        Assert.Equal([4, 0, 0, 0, 0x30, 0, 0, 0], frame[(8 + length)..]);
    }

    [Theory]
    [InlineData("zstd", "f1c2981b71a41f8d76c11c9ac4e9c2cddaed431976a91d44826a437371e5c170")]
    [InlineData("zstd, best", "baec1cdf3fe29f9677f131ac2e4c8a7a3972b276df0198a48ea9af0e3ca3b416")]
    [InlineData("lz4", "af079cfc98680f9a39e34cf06996cd307f170afa337c4a7c4d544afe7ca91471")]
    public void The_bytes_are_pinned(string format, string sha256)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in Corpus.Names)
        {
            hash.AppendData(Compress(format, Corpus.Make(name, PieceLength + 12_345)));
        }

        var actual = Convert.ToHexStringLower(hash.GetHashAndReset());
        Assert.True(sha256 == actual, $"The bytes have the hash {actual}.");
    }
}
