using System.Diagnostics;
using ReproBuild.Registry.Cache;
using ReproBuild.Registry.Tests.Fixtures;

namespace ReproBuild.Registry.Tests.Cache;

public sealed class CacheFailureTests : IDisposable
{
    private const string Reference = "registry.test/image:1";

    private readonly CachedImages _cached = new();

    public void Dispose() => _cached.Dispose();

    private async Task<byte[]> AddImageAsync(int size)
    {
        var content = new byte[size];
        new Random(5).NextBytes(content);
        var tar = await TestTar.OfAsync(("etc/name", content));
        _cached.AddImage(Reference, TestImages.Tar, tar, tar);
        return tar;
    }

    [Fact]
    public async Task A_cache_directory_that_is_a_file_is_an_error_that_names_it()
    {
        await AddImageAsync(10);
        await File.WriteAllTextAsync(_cached.CacheDirectory, "a file", TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAnyAsync<ReproBuildException>(() => _cached.ReadLayerAsync(Reference));
        Assert.Contains(_cached.CacheDirectory, error.Message, StringComparison.Ordinal);
        Assert.Contains("choose another cache directory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_where_a_blob_belongs_is_an_error_that_names_it()
    {
        var tar = await AddImageAsync(10);
        Directory.CreateDirectory(_cached.Paths.Blob(Digest.OfSha256(tar)));
        var error = await Assert.ThrowsAnyAsync<ReproBuildException>(() => _cached.ReadLayerAsync(Reference));
        Assert.Contains(_cached.Paths.Blob(Digest.OfSha256(tar)), error.Message, StringComparison.Ordinal);
        Assert.Empty(_cached.TemporaryFiles());
    }

    [Fact]
    public void A_directory_without_write_permission_is_an_error_that_says_so() =>
        Assert.Contains(
            "write permission",
            CacheError.Describe("/cache", new UnauthorizedAccessException("Access is denied.")).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("ro,mode=0700,size=1m", "Read-only file system", 1000)]
    [InlineData("mode=0700,size=1m", "The disk is full", 800_000)]
    [InlineData("mode=0700,size=1m", "The disk is full", 2_000_000)]
    public async Task A_full_or_read_only_file_system_is_an_error_that_leaves_the_cache_sound(string mountOptions, string expected, int size)
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "The test mounts a small file system, for which it needs root on Linux.");
        var tar = await AddImageAsync(size);
        Directory.CreateDirectory(_cached.CacheDirectory);
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", mountOptions, "tmpfs", _cached.CacheDirectory) == 0, "This container may not mount.");
        try
        {
            using (var source = _cached.OpenSource())
            {
                var error = await Assert.ThrowsAnyAsync<ReproBuildException>(() =>
                    CachedImages.ReadLayerAsync(source, Reference, TestContext.Current.CancellationToken));
                Assert.Contains(expected, error.Message, StringComparison.Ordinal);
                Assert.Contains(_cached.CacheDirectory, error.Message, StringComparison.Ordinal);
            }

            Assert.Empty(_cached.TemporaryFiles());
            Run("mount", "-o", "remount,rw,size=20m", _cached.CacheDirectory);
            using (var source = _cached.OpenSource())
            {
                var layer = await CachedImages.ReadLayerAsync(source, Reference, TestContext.Current.CancellationToken);
                Assert.Equal(tar, CachedImages.Content(layer));
            }
        }
        finally
        {
            Run("umount", "-l", _cached.CacheDirectory);
        }
    }

    private static int Run(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
