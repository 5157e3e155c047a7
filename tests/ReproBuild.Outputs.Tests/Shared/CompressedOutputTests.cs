using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;
using ReproBuild.Testing.Cancelling;
using SharpCompress.Compressors.ZStandard;
using GZipStream = System.IO.Compression.GZipStream;
using CompressionMode = System.IO.Compression.CompressionMode;

namespace ReproBuild.Outputs.Tests.Shared;

public sealed class CompressedOutputTests
{
    // A guard against hanging; it says nothing about speed.
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(3);

    /// <summary>Three pieces.</summary>
    private static readonly byte[] Data = [.. Enumerable.Range(0, 2_500_000).Select(static i => (byte)((i % 251) ^ (i / 997 % 256)))];

    [Theory]
    [InlineData("gzip", 1)]
    [InlineData("gzip", 3)]
    [InlineData("zstd", 1)]
    [InlineData("zstd", 3)]
    [InlineData("lz4", 1)]
    [InlineData("lz4", 3)]
    public async Task Cancelled_at_any_await_it_ends_though_the_destination_takes_no_more(string format, int maxParallelism)
    {
        var cancelled = 0;
        SilentStream? destination = null;
        for (var (at, isReached) = (1, true); isReached; at++)
        {
            var point = await CancellationPoint.RunAsync(
                at,
                (point, token) => CompressedOutput.WriteAsync(
                    FileContent.FromBytes(Data), Compress(format, destination = new SilentStream(point), maxParallelism), token),
                Hang);
            isReached = point.IsReached;
            cancelled += point.IsCancelled ? 1 : 0;
            Assert.False(destination!.IsDisposed);
        }

        Assert.True(cancelled > 2, "It was hardly ever cancelled: that is no test.");
        Assert.Equal(Data, Unpack(format, destination!.Content));
    }

    [Theory]
    [InlineData("gzip", 1)]
    [InlineData("gzip", 2)]
    [InlineData("zstd", 1)]
    [InlineData("zstd", 2)]
    [InlineData("lz4", 1)]
    [InlineData("lz4", 2)]
    public async Task What_cannot_be_read_to_its_end_is_left_unfinished(string format, int maxParallelism)
    {
        using var whole = new MemoryStream();
        await CompressedOutput.WriteAsync(FileContent.FromBytes(Data), Compress(format, whole, maxParallelism), TestContext.Current.CancellationToken);
        using var destination = new MemoryStream();
        var damaged = new FileContent(new DamagedBlob(), 0, Data.Length);
        await Assert.ThrowsAsync<IOException>(
            () => CompressedOutput.WriteAsync(damaged, Compress(format, destination, maxParallelism), TestContext.Current.CancellationToken));
        Assert.InRange(destination.Length, 1, whole.Length - 1);
        Assert.True(whole.ToArray().AsSpan().StartsWith(destination.ToArray()), "More was written than the pieces that could be read.");
    }

    private static DeterministicCompressionStream Compress(string format, Stream destination, int threads) => format switch
    {
        "gzip" => new DeterministicGzipStream(destination, leaveOpen: true, threads),
        "zstd" => new DeterministicZstandardStream(destination, leaveOpen: true, threads),
        _ => new DeterministicLz4Stream(destination, leaveOpen: true, threads),
    };

    private static byte[] Unpack(string format, byte[] compressed)
    {
        using var output = new MemoryStream();
        using Stream plain = format switch
        {
            "gzip" => new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress),
            "zstd" => new DecompressionStream(new MemoryStream(compressed)),
            _ => new Lz4LegacyReader(new MemoryStream(compressed)),
        };
        plain.CopyTo(output);
        return output.ToArray();
    }

    /// <summary>The data, whose last byte cannot be read.</summary>
    private sealed class DamagedBlob : Blob
    {
        public override long Length => Data.Length;

        public override int Read(long offset, Span<byte> buffer)
        {
            if (offset + buffer.Length >= Data.Length)
            {
                throw new IOException("A sector is damaged.");
            }

            Data.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
            return buffer.Length;
        }
    }
}
