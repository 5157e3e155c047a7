using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;
using ReproBuild.Registry.Images;

namespace ReproBuild.Registry.Tests.Fixtures;

/// <summary>A cache with two small images, each below an index and with two layers, and what a build takes from it.</summary>
internal sealed class SmallCache : IDisposable
{
    public const string Reference = "registry.test/image:1";
    private const string Other = "registry.test/image:3";

    private readonly Dictionary<string, byte[]> _files = [];

    private SmallCache()
    {
    }

    public CachedImages Cached { get; } = new();

    /// <summary>The files of the sound cache, in order.</summary>
    public IEnumerable<string> Files => _files.Keys.Order(StringComparer.Ordinal);

    public string Expected { get; private set; } = "";

    public static async Task<SmallCache> CreateAsync()
    {
        var cache = new SmallCache();
        await cache.AddAsync(Other, "other");
        await cache.AddAsync(Reference, "right");
        await cache.BuildAsync(Other, TagResolution.CacheFirst);
        cache.Expected = await cache.BuildAsync();
        foreach (var path in Directory.EnumerateFiles(cache.Cached.CacheDirectory, "*", SearchOption.AllDirectories))
        {
            if (!path.EndsWith(".lock", StringComparison.Ordinal))
            {
                cache._files.Add(path, await File.ReadAllBytesAsync(path));
            }
        }

        return cache;
    }

    public byte[] Content(string path) => (byte[])_files[path].Clone();

    /// <summary>Makes every file again as it was.</summary>
    public void Restore()
    {
        foreach (var (path, content) in _files)
        {
            if (!File.Exists(path) || new FileInfo(path).LinkTarget is not null || !File.ReadAllBytes(path).AsSpan().SequenceEqual(content))
            {
                Delete(path);
                File.WriteAllBytes(path, content);
            }
        }
    }

    public static void Delete(string path)
    {
        if (Directory.Exists(path) && new FileInfo(path).LinkTarget is null)
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    /// <summary>What a build takes from the image: its digest, and the paths and contents of its tree.</summary>
    public Task<string> BuildAsync(TagResolution policy = TagResolution.CacheFirst) => BuildAsync(Reference, policy);

    public static async Task<string> ReadAsync(IImage image)
    {
        var layers = new List<Layer>();
        for (var i = 0; i < image.LayerCount; i++)
        {
            layers.Add(await image.GetLayerAsync(i, null, default));
        }

        var text = new List<string> { image.Digest.ToString() };
        foreach (var entry in LayerApplier.Apply(layers).Entries)
        {
            await using var content = entry.Inode.Content.OpenRead();
            text.Add($"{entry.Path} {Convert.ToHexStringLower(await SHA256.HashDataAsync(content))}");
        }

        return string.Join('\n', text);
    }

    public void Dispose() => Cached.Dispose();

    private async Task<string> BuildAsync(string reference, TagResolution policy)
    {
        using var source = new StoredImageSource(Cached.Images, Cached.CacheDirectory, policy, Cached.Limits, NullLogger.Instance);
        return await ReadAsync(await source.GetImageAsync(ImageReference.Parse(reference), Platform.Linux("amd64"), default));
    }

    private async Task AddAsync(string reference, string word)
    {
        var first = await TestTar.OfAsync(("etc/" + word, new byte[10]), ("etc/name", "some words"u8.ToArray()));
        var second = await TestTar.OfAsync("etc/second", word);
        var images = Cached.Images;
        var image = images.AddImage(
            Platform.Linux("amd64"),
            (images.AddBlob(TestImages.Gzip, await HostCompressor.GzipAsync(first)), Digest.OfSha256(first)),
            (images.AddBlob(TestImages.Tar, second), Digest.OfSha256(second)));
        images.Tag(reference, images.AddIndex(image));
    }
}
