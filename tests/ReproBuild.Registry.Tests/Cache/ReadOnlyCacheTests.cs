using System.Diagnostics;
using ReproBuild.Registry.Images;
using ReproBuild.Registry.Tests.Fixtures;

namespace ReproBuild.Registry.Tests.Cache;

/// <summary>A cache that may only be read serves all it can: layers that are not uncompressed in it are uncompressed in temporary space.</summary>
public sealed class ReadOnlyCacheTests : IAsyncLifetime
{
    private SmallCache _cache = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cache = await SmallCache.CreateAsync();

    public ValueTask DisposeAsync()
    {
        _cache.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("layers")]
    [InlineData("archives")]
    [InlineData("records")]
    [InlineData("damaged archives")]
    [InlineData("damaged records")]
    public async Task All_that_is_derived_may_be_missing_or_damaged(string missing)
    {
        foreach (var path in _cache.Files.Where(path => missing.Contains(KindOf(path), StringComparison.Ordinal) || missing == "layers"))
        {
            if (KindOf(path) != "other" && missing.StartsWith("damaged", StringComparison.Ordinal))
            {
                var content = _cache.Content(path);
                content[content.Length / 3] ^= 4;
                await File.WriteAllBytesAsync(path, content, Cancel);
            }
            else if (KindOf(path) != "other")
            {
                File.Delete(path);
            }
        }

        await WhileReadOnlyAsync(async () =>
        {
            Assert.Equal(_cache.Expected, await _cache.BuildAsync());
            Assert.Equal(_cache.Expected, await _cache.BuildAsync(TagResolution.CacheOnly));
            Assert.Equal(_cache.Expected, await _cache.BuildAsync(TagResolution.Refresh));
        });
        Assert.Equal(_cache.Expected, await _cache.BuildAsync());
    }

    [Fact]
    public async Task A_missing_blob_is_an_error_that_says_that_the_cache_cannot_be_written()
    {
        foreach (var path in _cache.Files.Where(static path => path.Contains("blobs", StringComparison.Ordinal) || KindOf(path) != "other"))
        {
            File.Delete(path);
        }

        await WhileReadOnlyAsync(async () =>
        {
            var error = await Assert.ThrowsAnyAsync<ReproBuildException>(() => _cache.BuildAsync());
            Assert.Contains("Read-only file system", error.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_tag_that_cannot_be_remembered_is_no_error()
    {
        File.Delete(_cache.Cached.Paths.Tag(SmallCache.Reference));
        await WhileReadOnlyAsync(async () => Assert.Equal(_cache.Expected, await _cache.BuildAsync()));
    }

    private static string KindOf(string path) => Path.GetExtension(path) switch
    {
        ".tar" => "archives",
        ".index" => "records",
        _ => "other",
    };

    private async Task WhileReadOnlyAsync(Func<Task> act)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "The test mounts the cache read-only, for which it needs root on Linux.");
        var root = _cache.Cached.CacheDirectory;
        Assert.SkipUnless(Run("mount", "--bind", root, root), "This container may not mount.");
        try
        {
            Assert.SkipUnless(Run("mount", "-o", "remount,bind,ro", root), "This container may not mount.");
            await act();
        }
        finally
        {
            Run("umount", "-l", root);
        }
    }

    private static bool Run(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
