using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using ReproBuild.Registry.Cache;
using ReproBuild.Registry.Images;
using ReproBuild.Registry.Tests.Fixtures;

namespace ReproBuild.Registry.Tests.Cache;

/// <summary>What the cache does and does not do outside its directory, and to whom it listens.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CacheDirectoryTests : IAsyncLifetime
{
    private SmallCache _cache = null!;

    private string Root => _cache.Cached.CacheDirectory;

    private CachePaths Paths => _cache.Cached.Paths;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cache = await SmallCache.CreateAsync();

    public ValueTask DisposeAsync()
    {
        _cache.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void SkipOnWindows() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes, and links need a privilege.");

    private string[] Directories() =>
        [.. Directory.EnumerateDirectories(Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>A build that has everything does not look at it.</summary>
    private static bool IsForFetching(string directory) => directory.EndsWith("fetching", StringComparison.Ordinal);

    private async Task<ReproBuildException> AssertRefusedAsync()
    {
        // A build that reads, and one that writes.
        await Assert.ThrowsAnyAsync<ReproBuildException>(() => _cache.BuildAsync(TagResolution.CacheOnly));
        return await Assert.ThrowsAnyAsync<ReproBuildException>(() => WriteAsync());
    }

    private async Task WriteAsync()
    {
        foreach (var path in _cache.Files)
        {
            SmallCache.Delete(path);
        }

        Assert.Equal(_cache.Expected, await _cache.BuildAsync());
    }

    [Fact]
    public async Task A_link_in_the_place_of_a_directory_is_refused_and_nothing_behind_it_is_touched()
    {
        SkipOnWindows();
        foreach (var directory in Directories())
        {
            var outside = _cache.Cached.Directory["outside"];
            Directory.Move(directory, outside);
            Directory.CreateSymbolicLink(directory, outside);
            var planted = Path.Combine(outside, "0");
            var isNew = !Directory.Exists(planted);
            Directory.CreateDirectory(planted);
            await File.WriteAllTextAsync(Path.Combine(planted, "precious"), "of somebody else", Cancel);
            var before = Snapshot(outside);

            using (var temporary = _cache.Cached.OpenTemporaryFiles())
            {
                var error = directory.Contains("temporary", StringComparison.Ordinal)
                    ? Assert.ThrowsAny<ReproBuildException>(() => temporary.Create())
                    : IsForFetching(directory) ? await Assert.ThrowsAnyAsync<ReproBuildException>(WriteAsync)
                    : await Assert.ThrowsAnyAsync<ReproBuildException>(() => _cache.BuildAsync());
                Assert.Contains("symbolic link", error.Message, StringComparison.Ordinal);
                Assert.Contains(directory, error.Message, StringComparison.Ordinal);
            }

            Assert.Equal(before, Snapshot(outside));
            Directory.Delete(directory);
            File.Delete(Path.Combine(planted, "precious"));
            if (isNew)
            {
                Directory.Delete(planted);
            }

            Directory.Move(outside, directory);
            _cache.Restore();
        }
    }

    [Fact]
    public void Clearing_what_a_dead_process_left_deletes_links_and_follows_none()
    {
        SkipOnWindows();
        var outside = Directory.CreateDirectory(_cache.Cached.Directory["outside"]).FullName;
        File.WriteAllText(Path.Combine(outside, "precious"), "of somebody else");
        var left = Paths.TemporaryDirectory(0);
        Directory.CreateDirectory(Path.Combine(left, "directory"));
        File.CreateSymbolicLink(Path.Combine(left, "1"), Path.Combine(outside, "precious"));
        Directory.CreateSymbolicLink(Path.Combine(left, "2"), outside);
        Directory.CreateSymbolicLink(Path.Combine(left, "directory", "3"), outside);

        using var temporary = _cache.Cached.OpenTemporaryFiles();
        using var file = temporary.Create();
        Assert.Single(Directory.EnumerateFileSystemEntries(left));
        Assert.True(File.Exists(Path.Combine(outside, "precious")));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task A_directory_that_others_may_write_is_refused(UnixFileMode others)
    {
        SkipOnWindows();
        foreach (var directory in Directories().Prepend(Root).Where(static d => !d.Contains("temporary", StringComparison.Ordinal)))
        {
            var mode = File.GetUnixFileMode(directory);
            File.SetUnixFileMode(directory, mode | others);
            var error = IsForFetching(directory) ? await Assert.ThrowsAnyAsync<ReproBuildException>(WriteAsync) : await AssertRefusedAsync();
            Assert.Contains($"'{directory}'", error.Message, StringComparison.Ordinal);
            Assert.Contains("chmod -R go-w", error.Message, StringComparison.Ordinal);
            File.SetUnixFileMode(directory, mode);
            _cache.Restore();
        }

        await WriteAsync();
    }

    [Fact]
    public void What_the_cache_makes_is_private()
    {
        SkipOnWindows();
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        Assert.All(Directories().Prepend(Root), static path => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & Others));
        Assert.All(_cache.Files, static path => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & Others));
    }

    [Fact]
    public void The_cache_is_private_however_its_directory_is_spelt()
    {
        SkipOnWindows();
        var root = _cache.Cached.Directory["new"];
        var paths = new CachePaths(root + "/./");
        using var temporary = new TemporaryFiles(paths, new CacheDirectory(paths, NullLogger.Instance));
        using var file = temporary.Create();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(root));
    }

    [Fact]
    public async Task The_cache_directory_itself_may_be_a_link()
    {
        SkipOnWindows();
        var real = _cache.Cached.Directory["real"];
        Directory.Move(Root, real);
        Directory.CreateSymbolicLink(Root, real);
        await WriteAsync();
        Assert.True(File.Exists(Path.Combine(real, "index.json")));
    }

    private static string[] Snapshot(string directory) =>
        [.. Directory.EnumerateFileSystemEntries(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(static path => File.Exists(path) ? $"{path} {Digest.OfSha256(File.ReadAllBytes(path))}" : path)];
}
