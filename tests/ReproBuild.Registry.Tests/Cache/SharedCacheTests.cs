using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using ReproBuild.Registry.Images;
using ReproBuild.Registry.Tests.Fixtures;

namespace ReproBuild.Registry.Tests.Cache;

/// <summary>Real processes on one cache directory: each runs one test of this class as its whole work.</summary>
[Trait("Speed", "Slow")]
public sealed class SharedCacheTests : IDisposable
{
    private const string CacheVariable = "REPROBUILD_TEST_CACHE";
    private const string HangVariable = "REPROBUILD_TEST_HANG";
    private const int ImageCount = 8;

    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private static string Reference(int image) => $"registry.test/image{image}:1";

    private static async Task<TestImages> MakeImagesAsync()
    {
        var images = new TestImages();
        for (var i = 0; i < ImageCount; i++)
        {
            var content = new byte[400_000 + i];
            new Random(i).NextBytes(content);
            var tar = await TestTar.OfAsync(("etc/name", content));
            images.Tag(Reference(i), images.AddImage(Platform.Linux("amd64"), (images.AddBlob(TestImages.Tar, tar), Digest.OfSha256(tar))));
        }

        return images;
    }

    private static StoredImageSource Open(TestImages images, string cache) =>
        new(images, cache, TagResolution.CacheFirst, InputLimits.Default, NullLogger.Instance);

    private Process Start(string? hang = null, bool withLocks = true)
    {
        var start = new ProcessStartInfo(
            "dotnet", [typeof(SharedCacheTests).Assembly.Location, "--filter-method", $"*.{nameof(Work_of_a_process)}"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment[CacheVariable] = _directory["cache"];
        start.Environment[HangVariable] = hang;
        start.Environment["DOTNET_SYSTEM_IO_DISABLEFILELOCKING"] = withLocks ? null : "1";
        return Process.Start(start)!;
    }

    [Fact]
    public async Task Work_of_a_process()
    {
        var cache = Environment.GetEnvironmentVariable(CacheVariable);
        if (cache is null)
        {
            return; // The other tests of this class start this one in processes of its own.
        }

        var images = await MakeImagesAsync();
        if (Environment.GetEnvironmentVariable(HangVariable) is { } signal)
        {
            images.WhileDownloading = async _ =>
            {
                await File.WriteAllTextAsync(signal, "half a blob is written");
                await Task.Delay(Timeout.Infinite);
            };
        }

        using var source = Open(images, cache);
        var layers = await Task.WhenAll(Enumerable.Range(0, ImageCount).Select(image =>
            CachedImages.ReadLayerAsync(source, Reference(image), TestContext.Current.CancellationToken)));
        Assert.All(layers, static layer => Assert.Equal(layer.DiffId, Digest.OfSha256(CachedImages.Content(layer))));
    }

    [Fact]
    public async Task Processes_that_share_a_cache_all_succeed_and_leave_it_sound()
    {
        var processes = Enumerable.Range(0, 4).Select(_ => Start()).ToArray();
        foreach (var process in processes)
        {
            using (process)
            {
                var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
                await process.WaitForExitAsync(TestContext.Current.CancellationToken);
                Assert.True(process.ExitCode == 0, output);
            }
        }

        AssertSound();
        var index = await File.ReadAllTextAsync(Path.Combine(_directory["cache"], "index.json"), TestContext.Current.CancellationToken);
        Assert.All(Enumerable.Range(0, ImageCount), image => Assert.Contains($"\"{Reference(image)}\"", index, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_process_that_is_killed_while_it_writes_leaves_nothing_that_is_taken_for_content()
    {
        var signal = _directory["signal"];
        using (var process = Start(signal))
        {
            while (!File.Exists(signal) && !process.HasExited)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }

            Assert.False(process.HasExited, "The process ended before it could be killed.");
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.NotEmpty(Unfinished());
        using (var source = Open(await MakeImagesAsync(), _directory["cache"]))
        {
            var layer = await CachedImages.ReadLayerAsync(source, Reference(0), TestContext.Current.CancellationToken);
            Assert.Equal(layer.DiffId, Digest.OfSha256(CachedImages.Content(layer)));
        }

        AssertSound();
    }

    [Fact]
    public async Task A_process_whose_runtime_does_not_lock_files_says_so_and_touches_nothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The switch is for Unix.");
        using var process = Start(withLocks: false);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(0, process.ExitCode);
        Assert.Contains("DOTNET_SYSTEM_IO_DISABLEFILELOCKING", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_directory["cache"], "blobs")));
    }

    private string[] Unfinished() =>
        [.. Directory.EnumerateFiles(Path.Combine(_directory["cache"], "reprobuild", "temporary"), "*", SearchOption.AllDirectories)
            .Where(static file => !file.EndsWith(".lock", StringComparison.Ordinal))];

    private void AssertSound()
    {
        Assert.Empty(Unfinished());
        foreach (var file in Directory.EnumerateFiles(_directory["cache"], "*", SearchOption.AllDirectories))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            if (name.Length == 64 && !file.EndsWith(".index", StringComparison.Ordinal))
            {
                Assert.Equal(name, Digest.OfSha256(File.ReadAllBytes(file)).Hex);
            }
        }
    }
}
