using System.Diagnostics;
using System.Globalization;
using ReproBuild.Registry.Tests.Fixtures;

namespace ReproBuild.Registry.Tests.Cache;

/// <summary>Zeros that a small blob uncompresses to take no room in the cache.</summary>
public sealed class SparseArchiveTests : IDisposable
{
    private const int Size = 64 * 1024 * 1024;

    private readonly CachedImages _cached = new();

    public void Dispose() => _cached.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(Size - 1)]
    public async Task Runs_of_zeros_are_holes(int place)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test asks Linux's stat how much room a file takes.");
        var content = new byte[Size];
        content[place] = 1;
        var tar = await TestTar.OfAsync(("zeros", content));
        _cached.AddImage("registry.test/image:1", TestImages.Gzip, await HostCompressor.GzipAsync(tar), tar);
        var layer = await _cached.ReadLayerAsync("registry.test/image:1");
        Assert.Equal(layer.DiffId, Digest.OfSha256(CachedImages.Content(layer)));
        var path = _cached.Paths.LayerArchive(layer.DiffId);
        Assert.Equal(tar.Length, new FileInfo(path).Length);
        Assert.InRange(RoomOf(path), 0, 1024 * 1024);
    }

    [Fact]
    public async Task An_archive_that_is_all_zeros_has_its_length()
    {
        // An empty archive with much padding.
        var tar = new byte[3_000_000];
        _cached.AddImage("registry.test/image:1", TestImages.Tar, tar, tar);
        Assert.Equal(tar, CachedImages.Content(await _cached.ReadLayerAsync("registry.test/image:1")));
        Assert.Equal(tar, CachedImages.Content(await _cached.ReadLayerAsync("registry.test/image:1")));
    }

    private static long RoomOf(string path)
    {
        using var process = Process.Start(new ProcessStartInfo("stat", ["-c", "%b %B", path]) { RedirectStandardOutput = true })!;
        var parts = process.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.TrimEntries);
        return parts.Select(static part => long.Parse(part, CultureInfo.InvariantCulture)).Aggregate(static (a, b) => a * b);
    }
}
