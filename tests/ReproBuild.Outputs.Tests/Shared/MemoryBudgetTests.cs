using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Erofs;
using ReproBuild.Outputs.Shared;
using ReproBuild.Outputs.SquashFs;
using ReproBuild.Outputs.VirtualDisks;

namespace ReproBuild.Outputs.Tests.Shared;

/// <summary>With many threads, writers read no further ahead than their memory allows.</summary>
public sealed class MemoryBudgetTests
{
    private const int ManyThreads = 256;

    [Theory]
    [InlineData(1, 100, 1)]
    [InlineData(20, 100, 20)]
    [InlineData(256, 100, 32)]
    [InlineData(256, 4 << 20, 8)]
    [InlineData(256, 100 << 20, 1)]
    public void Items_and_their_bytes_are_limited(int maxParallelism, int itemSize, int expected) =>
        Assert.Equal(expected, MemoryBudget.MaxAtOnce(maxParallelism, itemSize));

    [Fact]
    public async Task EROFS_compresses_8_segments_at_once()
    {
        var source = new UniformBlob(12L * ErofsSegment.Size);
        using var destination = new MemoryStream();
        source.Reading = offset => Assert.True(offset <= 8 * ErofsSegment.Size || destination.Length > 0, $"Nothing is written when {offset} is read.");
        using var writer = new ErofsSegmentWriter(destination, ManyThreads);
        await writer.WriteAsync(new FileContent(source, 0, source.Length), TestContext.Current.CancellationToken);
        await writer.FlushAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task SquashFS_compresses_16_blocks_of_a_mebibyte_at_once()
    {
        var options = new SquashFsOptions { BlockSize = 1 << 20, Compression = SquashFsCompression.Lz4, MaxParallelism = ManyThreads };
        var source = new UniformBlob(20L * options.BlockSize);
        using var destination = new MemoryStream();
        source.Reading = offset => Assert.True(offset <= 16 * options.BlockSize || destination.Length > 0, $"Nothing is written when {offset} is read.");
        Inode[] files = [new() { Type = FileType.RegularFile, Mode = (UnixFileMode)0, Content = new FileContent(source, 0, source.Length) }];
        var duplicates = await SquashFsDuplicates.FindAsync(files, options, TestContext.Current.CancellationToken);
        using var writer = new SquashFsDataWriter(destination, 96, duplicates, new SquashFsCompressor(options.Compression), options);
        await writer.WriteAsync(files, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task VMDK_compresses_32_grains_at_once()
    {
        const int grain = 64 * 1024;
        var source = new UniformBlob(200L * grain);
        using var destination = new MemoryStream();
        long start = 0;
        source.Reading = offset =>
        {
            if (offset == 0)
            {
                Interlocked.Exchange(ref start, destination.Length);
            }

            Assert.True(offset < 32 * grain || destination.Length > Interlocked.Read(ref start), $"Nothing is written when {offset} is read.");
        };
        await VmdkImage.WriteAsync(
            new FileContent(source, 0, source.Length), destination, new VmdkOptions { ContentId = 1, MaxParallelism = ManyThreads }, TestContext.Current.CancellationToken);
    }

    private sealed class UniformBlob(long length) : Blob
    {
        public Action<long>? Reading { get; set; }

        public override long Length => length;

        public override int Read(long offset, Span<byte> buffer)
        {
            Reading?.Invoke(offset);
            var count = (int)Math.Clamp(length - offset, 0, buffer.Length);
            buffer[..count].Fill(1);
            return count;
        }
    }
}
