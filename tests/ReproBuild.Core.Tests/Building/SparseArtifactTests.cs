using System.Globalization;
using ReproBuild.Core.Building.Artifacts;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Core.Tests.Building;

public sealed class SparseArtifactTests : IDisposable
{
    private const int Block = SparseRuns.BlockSize;
    private const int StatBlockSize = 512;

    private static readonly ExternalTool Stat = new("stat", "coreutils");

    private readonly TemporaryDirectory _directory = new("sparse");

    /// <summary>Lengths of runs, in turn of data and of zeros.</summary>
    public static TheoryData<int[]> Runs => new()
    {
        Array.Empty<int>(),
        new[] { 1 },
        new[] { 0, 1 },
        new[] { 0, Block - 1 },
        new[] { 0, Block },
        new[] { 0, (20 * Block) + 5 },
        new[] { 100, 10 * Block },
        new[] { 100, 10 * Block, 1 },
        new[] { Block, Block, Block, Block, Block },
        new[] { Block - 1, Block + 2, 5, Block - 1, 700_000, 3 },
        new[] { 0, 3 * Block, 1, 1, 1, 511, 1, 3 * Block, 5 },
    };

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task The_file_reads_as_what_was_written(int[] runs)
    {
        var expected = Make(runs);
        foreach (var writeSize in new[] { 999, Block, 128 * 1024, 1_000_000 })
        {
            await WriteAsync(expected, writeSize, isAsynchronous: true);
            Assert.Equal(expected, await File.ReadAllBytesAsync(_directory["disk.img"]));
            await WriteAsync(expected, writeSize, isAsynchronous: false);
            Assert.Equal(expected, await File.ReadAllBytesAsync(_directory["disk.img"]));
        }
    }

    [Theory]
    [InlineData(new[] { 0, 1000 * Block }, 0)]
    [InlineData(new[] { Block, 1000 * Block, 1 }, 3 * Block)]
    [InlineData(new[] { 777, 1000 * Block, 777, 1000 * Block }, 6 * Block)]
    public async Task Zeros_take_no_room_on_disk(int[] runs, long most)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Stat.IsAvailable, Stat.SkipReason);
        await File.WriteAllBytesAsync(_directory["disk.img"], Make(runs));
        Assert.SkipUnless(await AllocatedAsync() > 500 * Block, "The file system compresses zeros by itself, so the test could not fail.");

        await WriteAsync(Make(runs), 128 * 1024, isAsynchronous: true);

        Assert.InRange(await AllocatedAsync(), 0, most);
    }

    [Fact]
    public async Task A_full_disk_is_described_wherever_it_shows()
    {
        Assert.SkipUnless(TestHost.IsRoot, TestHost.RootSkipReason);
        await using var small = await TemporaryFileSystem.MountAsync(1 << 20);
        foreach (var length in new[] { 100, 5 * 1024 * 1024 })
        {
            await using var transaction = await new DirectorySink(small.Directory).BeginAsync(default);
            await File.WriteAllBytesAsync(Path.Combine(small.Directory, "filler"), new byte[(1 << 20) - 4096]);
            byte[] data = [.. new byte[3 * Block], .. Make([Math.Max(length, 5000)])];
            var error = await Assert.ThrowsAsync<ReproBuildException>(async () =>
            {
                await using var stream = await transaction.CreateAsync("disk.img", default);
                await stream.WriteAsync(data);
            });
            Assert.Contains("disk is full", error.Message, StringComparison.Ordinal);
        }
    }

    private static byte[] Make(int[] runs)
    {
        using var bytes = new MemoryStream();
        for (var i = 0; i < runs.Length; i++)
        {
            var run = new byte[runs[i]];
            run.AsSpan().Fill((byte)(i % 2 == 0 ? i + 1 : 0));
            bytes.Write(run);
        }

        return bytes.ToArray();
    }

    private async Task WriteAsync(byte[] data, int writeSize, bool isAsynchronous)
    {
        await using var transaction = await new DirectorySink(_directory.FullName).BeginAsync(default);
        await using (var stream = await transaction.CreateAsync("disk.img", default))
        {
            for (var offset = 0; offset < data.Length; offset += writeSize)
            {
                var part = data.AsMemory(offset, Math.Min(writeSize, data.Length - offset));
                if (isAsynchronous)
                {
                    await stream.WriteAsync(part);
                }
                else
                {
                    stream.Write(part.Span);
                }
            }

            Assert.Equal(data.Length, stream.Position);
        }

        await transaction.CommitAsync(default);
    }

    private async Task<long> AllocatedAsync() =>
        StatBlockSize * long.Parse(await Stat.RunAsync(["-c", "%b", _directory["disk.img"]]), CultureInfo.InvariantCulture);
}
