using System.Security.Cryptography;
using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Pieces;
using ReproBuild.Core.Tests.Compression;

namespace ReproBuild.Core.Tests.Pieces;

/// <summary>A stream that is put together of pieces is the same whatever the store has, and only what is new is compressed.</summary>
public sealed class PieceCompressorTests : IDisposable
{
    private const int MiB = PieceFormat.PieceLength;

    private readonly ScratchSpace _scratch = new();

    public static TheoryData<string> Formats => [.. CompressionStreams.Names];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Any_pieces_unpack_to_their_stream(string format)
    {
        var pieces = Corpus.Names.SelectMany(static name => (int[])[1, 100, 131_073, MiB], static (name, length) => Piece(Corpus.Make(name, length))).ToList();
        var stream = pieces.SelectMany(static piece => Bytes(piece.Content)).ToArray();

        var compressed = await CompressAsync(format, pieces, null, threads: 3);

        Assert.True(stream.AsSpan().SequenceEqual(CompressionStreams.Unpack(format, compressed)), "The stream came back changed.");
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task No_piece_is_an_empty_stream(string format) =>
        Assert.Empty(CompressionStreams.Unpack(format, await CompressAsync(format, [], null, threads: 1)));

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Whatever_the_store_has_and_however_many_threads_the_bytes_are_the_same(string format)
    {
        var pieces = Enumerable.Range(0, 40).Select(static i => Piece(Corpus.Make("mixed", 10_000 + (i % 30)), isKnown: i % 5 != 0)).ToList();
        var expected = await CompressAsync(format, pieces, null, threads: 1);
        var random = new Random(1);
        var store = new MemoryPieceStore();
        foreach (var threads in (int[])[1, 2, 3, 8, 64])
        {
            Assert.Equal(expected, await CompressAsync(format, pieces, store, threads));
            foreach (var key in store.Keys.Where(_ => random.Next(3) == 0))
            {
                store.Remove(key);
            }
        }

        Assert.True(store.Hits > 0, "Nothing was taken from the store.");
    }

    [Fact]
    public async Task Only_what_is_new_is_read_and_compressed()
    {
        var store = new MemoryPieceStore();
        var unreadable = new ContentPiece(new FileContent(new Unreadable(), 0, 1000), SHA256.HashData([7]), 1000);
        List<ContentPiece> before = [Piece(Corpus.Make("mixed", 1000)), Piece(Corpus.Make("text", 2000)), Piece(Corpus.Make("mixed", 1000))];
        await CompressAsync("gzip", before, store, threads: 1);
        Assert.Equal((2, 0), (store.Writes, store.Hits));

        await CompressAsync("gzip", [before[1], Piece(Corpus.Make("text", 3000)), before[0]], store, threads: 1);
        Assert.Equal((3, 2), (store.Writes, store.Hits));

        var error = await Assert.ThrowsAsync<IOException>(() => CompressAsync("gzip", [unreadable], store, threads: 1));
        Assert.Equal("It was read.", error.Message);
    }

    [Fact]
    public async Task A_piece_that_had_to_be_read_is_found_by_its_bytes()
    {
        var store = new MemoryPieceStore();
        var piece = Piece(Corpus.Make("text", 5000), isKnown: false);

        var first = await CompressAsync("gzip", [piece], store, threads: 1);

        Assert.Equal(first, await CompressAsync("gzip", [piece], store, threads: 1));
        Assert.Equal((1, 1), (store.Writes, store.Hits));
    }

    [Fact]
    public async Task Each_format_and_effort_keeps_pieces_of_its_own()
    {
        var store = new MemoryPieceStore();
        PieceFormat[] formats =
        [
            .. Enum.GetValues<CompressionEffort>().Select(static effort => new GzipPieceFormat(effort)), new Lz4PieceFormat(),
            new ZstandardPieceFormat(CompressionEffort.Fast), new ZstandardPieceFormat(CompressionEffort.Best),
        ];
        foreach (var format in formats)
        {
            await new PieceCompressor(format, store, 1).CompressAsync([Piece(Corpus.Make("text", 5000))], _scratch, Cancel);
        }

        Assert.Equal((formats.Length, 0), (store.Writes, store.Hits));
        await new PieceCompressor(new ZstandardPieceFormat(CompressionEffort.Default), store, 1)
            .CompressAsync([Piece(Corpus.Make("text", 5000))], _scratch, Cancel);
        Assert.Equal(1, store.Hits);
    }

    private static ContentPiece Piece(byte[] bytes, bool isKnown = true) =>
        new(FileContent.FromBytes(bytes), isKnown ? SHA256.HashData(bytes) : default(ReadOnlyMemory<byte>), bytes.Length);

    private async Task<byte[]> CompressAsync(string format, List<ContentPiece> pieces, IPieceStore? store, int threads) => Bytes(
        await new PieceCompressor(CompressionStreams.Format(format), store, threads).CompressAsync([.. pieces], _scratch, Cancel));

    private static byte[] Bytes(FileContent content)
    {
        var bytes = new byte[content.Length];
        content.Read(0, bytes);
        return bytes;
    }

    private sealed class Unreadable : Blob
    {
        public override long Length => 1000;

        public override int Read(long offset, Span<byte> buffer) => throw new IOException("It was read.");
    }
}
