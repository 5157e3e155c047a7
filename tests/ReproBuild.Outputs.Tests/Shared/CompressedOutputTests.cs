using System.IO.Compression;
using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;
using ReproBuild.Testing.Cancelling;

namespace ReproBuild.Outputs.Tests.Shared;

public sealed class CompressedOutputTests
{
    // A guard against hanging; it says nothing about speed.
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(3);

    private static readonly byte[] Data = [.. Enumerable.Range(0, 600_000).Select(static i => (byte)((i % 251) ^ (i / 997 % 256)))];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Cancelled_at_any_await_it_ends_though_the_destination_takes_no_more(int maxParallelism)
    {
        var cancelled = 0;
        SilentStream? destination = null;
        for (var (at, isReached) = (1, true); isReached; at++)
        {
            var point = await CancellationPoint.RunAsync(
                at,
                (point, token) => CompressedOutput.WriteAsync(
                    FileContent.FromBytes(Data), new DeterministicGzipStream(destination = new SilentStream(point), leaveOpen: true, maxParallelism), token),
                Hang);
            isReached = point.IsReached;
            cancelled += point.IsCancelled ? 1 : 0;
            Assert.False(destination!.IsDisposed);
        }

        Assert.True(cancelled > 2, "It was hardly ever cancelled: that is no test.");
        Assert.Equal(Data, Unpack(destination!.Content));
    }

    private static byte[] Unpack(byte[] compressed)
    {
        using var output = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
        gzip.CopyTo(output);
        return output.ToArray();
    }
}
