using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;
using ReproBuild.Core.Compression;

namespace ReproBuild.Core.Tests.Compression;

public sealed class DeterministicGzipStreamTests
{
    [Fact]
    public void No_more_than_16_pieces_are_compressed_at_once()
    {
        using var output = new MemoryStream();
        using var gzip = new DeterministicGzipStream(output, leaveOpen: true, maxParallelism: 256);
        gzip.Write(new byte[17 * GzipTesting.PieceSize]);
        Assert.NotEqual(0, output.Length);
    }

    private const int Piece = GzipTesting.PieceSize;

    public static TheoryData<string, int> Inputs()
    {
        var data = new TheoryData<string, int>();
        foreach (var name in Corpus.Names)
        {
            foreach (var length in new[] { 0, 1, 2, 3, 4, 5, 100, 16381, 16382, 16383, 32767, 32768, 65535, 65536, Piece - 1, Piece, Piece + 1, (2 * Piece) + 3 })
            {
                data.Add(name, length);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void What_it_writes_unpacks_to_what_was_written(string corpus, int length)
    {
        var data = Corpus.Make(corpus, length);
        Assert.All(Enum.GetValues<CompressionEffort>(), effort => Assert.Equal(data, GzipTesting.Unpack(GzipTesting.Compress(data, effort: effort))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    [InlineData(Piece)]
    [InlineData(Piece + 1)]
    public void The_sizes_of_the_writes_change_nothing(int writeSize)
    {
        var data = Corpus.Make("mixed", (3 * Piece) + 5);
        Assert.Equal(GzipTesting.Compress(data), GzipTesting.Compress(data, writeSize));
    }

    [Theory]
    [InlineData(1, 1000)]
    [InlineData(2, 4096)]
    [InlineData(3, 100_000)]
    [InlineData(4, 7777)]
    [InlineData(5, int.MaxValue)]
    [InlineData(6, int.MaxValue)]
    [InlineData(7, int.MaxValue)]
    [InlineData(8, int.MaxValue)]
    public async Task Parallelism_flushes_and_asynchrony_change_nothing(int maxParallelism, int writeSize)
    {
        var data = Corpus.Make("mixed", (9 * Piece) + 1);
        var expected = GzipTesting.Compress(data);
        Assert.Equal(expected, await GzipTesting.CompressAsync(data, writeSize, maxParallelism));
        Assert.Equal(expected, GzipTesting.Compress(data, writeSize, maxParallelism));
    }

    [Fact]
    public void The_header_names_no_time_no_system_and_no_file()
    {
        Assert.Equal([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255], GzipTesting.Compress([1, 2, 3])[..10]);
    }

    [Fact]
    public void An_empty_stream_is_a_header_an_empty_block_and_a_trailer_of_zeros()
    {
        Assert.Equal([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0], GzipTesting.Compress([]));
    }

    [Fact]
    public void The_trailer_holds_the_checksum_and_the_size()
    {
        var data = Corpus.Make("text", Piece + 77);
        var trailer = GzipTesting.Compress(data)[^8..];
        Assert.Equal(Crc32.HashToUInt32(data), BinaryPrimitives.ReadUInt32LittleEndian(trailer));
        Assert.Equal((uint)data.Length, BinaryPrimitives.ReadUInt32LittleEndian(trailer.AsSpan(4)));
    }

    [Fact]
    public void Noise_grows_by_less_than_a_tenth_of_a_percent()
    {
        Assert.InRange(GzipTesting.Compress(Corpus.Make("noise", 4 * Piece)).Length, 4 * Piece, 4 * Piece / 1000 * 1001);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task An_error_of_the_inner_stream_surfaces_and_the_member_stays_unfinished(int maxParallelism)
    {
        var inner = new FailingStream(failAfter: Piece);
        var gzip = new DeterministicGzipStream(inner, maxParallelism: maxParallelism);
        var noise = Corpus.Make("noise", 20 * Piece);
        Assert.Equal("full", (await Assert.ThrowsAsync<IOException>(async () => await gzip.WriteAsync(noise))).Message);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await gzip.WriteAsync(noise));
        var written = inner.Written;
        await gzip.DisposeAsync();
        Assert.Equal(written, inner.Written);
        Assert.True(inner.IsDisposed);
    }

    [Fact]
    public async Task An_error_while_finishing_surfaces_and_closes_the_inner_stream()
    {
        var inner = new FailingStream(failAfter: 0);
        var gzip = new DeterministicGzipStream(inner);
        await gzip.WriteAsync(new byte[10]);
        await Assert.ThrowsAsync<IOException>(async () => await gzip.DisposeAsync());
        Assert.True(inner.IsDisposed);
        await gzip.DisposeAsync();
    }

    [Fact]
    public async Task Cancellation_leaves_the_member_unfinished()
    {
        using var cancellation = new CancellationTokenSource();
        using var inner = new MemoryStream();
        var gzip = new DeterministicGzipStream(inner, leaveOpen: true, maxParallelism: 3);
        await gzip.WriteAsync(Corpus.Make("text", 5 * Piece), cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await gzip.WriteAsync(new byte[1], cancellation.Token));
        var written = inner.Length;
        await gzip.DisposeAsync();
        Assert.NotEqual(0, written);
        Assert.Equal(written, inner.Length);
    }

    [Fact]
    public async Task Completion_gives_the_same_bytes_as_disposal_and_leaves_it_nothing_to_do()
    {
        using var inner = new MemoryStream();
        var gzip = new DeterministicGzipStream(inner, leaveOpen: true, maxParallelism: 2);
        var data = Corpus.Make("mixed", (2 * Piece) + 5);
        await gzip.WriteAsync(data);
        await gzip.CompleteAsync();
        var written = inner.ToArray();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await gzip.CompleteAsync());
        await gzip.DisposeAsync();
        Assert.Equal(GzipTesting.Compress(data), written);
        Assert.Equal(written.Length, inner.Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Completion_that_is_cancelled_or_abandoned_leaves_the_member_unfinished(bool isCancelled)
    {
        using var inner = new MemoryStream();
        var gzip = new DeterministicGzipStream(inner, leaveOpen: true);
        await gzip.WriteAsync(Corpus.Make("text", 100));
        if (isCancelled)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await gzip.CompleteAsync(new CancellationToken(true)));
        }
        else
        {
            gzip.Abandon();
        }

        await gzip.DisposeAsync();
        Assert.Equal(0, inner.Length);
    }

    [Fact]
    public async Task The_inner_stream_stays_open_only_on_request()
    {
        var inner = new MemoryStream();
        await using (new DeterministicGzipStream(inner, leaveOpen: true))
        {
        }

        Assert.True(inner.CanWrite);
        var gzip = new DeterministicGzipStream(inner);
        await gzip.DisposeAsync();
        Assert.False(inner.CanWrite);
        Assert.False(gzip.CanWrite);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await gzip.WriteAsync(new byte[1]));
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        Assert.Throws<ArgumentNullException>(() => new DeterministicGzipStream(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeterministicGzipStream(new MemoryStream(), maxParallelism: 0));
        Assert.Throws<ArgumentException>(() => new DeterministicGzipStream(new MemoryStream([], writable: false)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeterministicGzipStream(new MemoryStream(), effort: (CompressionEffort)3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeterministicZstandardStream(new MemoryStream(), effort: (CompressionEffort)3));
    }

    [Theory]
    [InlineData(CompressionEffort.Fast, "ecb1d8ede69a331803e4d6790fa827282edc75ec5291487ce613e70be12ca2d2")]
    [InlineData(CompressionEffort.Default, "041c4c05ef139ecbe7c077508864219f9d7d65786535bb0d62a74032e3bffb51")]
    [InlineData(CompressionEffort.Best, "4c15c3d4bd72b7dfff248fff40136359372bda54902c387c382f8dcb2f20800c")]
    public void The_bytes_are_pinned(CompressionEffort effort, string sha256)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in Corpus.Names)
        {
            hash.AppendData(GzipTesting.Compress(Corpus.Make(name, Piece + 12_345), effort: effort));
        }

        Assert.Equal(sha256, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private sealed class FailingStream(long failAfter) : MemoryStream
    {
        public long Written { get; private set; }

        public bool IsDisposed { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Written + buffer.Length > failAfter)
            {
                throw new IOException("full");
            }

            Written += buffer.Length;
            return ValueTask.CompletedTask;
        }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
