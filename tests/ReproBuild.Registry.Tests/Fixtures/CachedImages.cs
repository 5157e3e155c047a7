using Microsoft.Extensions.Logging.Abstractions;
using ReproBuild.Core.Layers;
using ReproBuild.Registry.Cache;
using ReproBuild.Registry.Content;
using ReproBuild.Registry.Manifests;
using ReproBuild.Registry.Images;

namespace ReproBuild.Registry.Tests.Fixtures;

/// <summary>A cache directory, test images behind it, and sources over both: each stands for a process of its own.</summary>
internal sealed class CachedImages : IDisposable
{
    private readonly List<IDisposable> _sources = [];

    public TestDirectory Directory { get; } = new();

    public TestImages Images { get; } = new();

    public string CacheDirectory => Directory["cache"];

    public CachePaths Paths => new(CacheDirectory);

    public InputLimits Limits { get; set; } = InputLimits.Default;

    public StoredImageSource OpenSource(TagResolution policy = TagResolution.CacheFirst)
    {
        var source = new StoredImageSource(Images, CacheDirectory, policy, Limits, NullLogger.Instance);
        _sources.Add(source);
        return source;
    }

    public TemporaryFiles OpenTemporaryFiles() => new(Paths, new CacheDirectory(Paths, NullLogger.Instance));

    /// <summary>Serves an image of one layer.</summary>
    public OciDescriptor AddImage(string reference, string layerMediaType, byte[] compressed, byte[] tar)
    {
        var image = Images.AddImage(Platform.Linux("amd64"), (Images.AddBlob(layerMediaType, compressed), Digest.OfSha256(tar)));
        Images.Tag(reference, image);
        return image;
    }

    /// <summary>Reads the image's only layer through a new source.</summary>
    public Task<Layer> ReadLayerAsync(string reference, TagResolution policy = TagResolution.CacheFirst) =>
        ReadLayerAsync(OpenSource(policy), reference, TestContext.Current.CancellationToken);

    public static async Task<Layer> ReadLayerAsync(StoredImageSource source, string reference, CancellationToken cancellationToken)
    {
        var image = await source.GetImageAsync(ImageReference.Parse(reference), Platform.Linux("amd64"), cancellationToken);
        return await image.GetLayerAsync(0, progress: null, cancellationToken);
    }

    /// <summary>The unfinished files in the cache.</summary>
    public string[] TemporaryFiles()
    {
        var directory = Path.GetDirectoryName(Paths.TemporaryDirectory(0))!;
        return System.IO.Directory.Exists(directory)
            ? [.. System.IO.Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
                .Where(static f => !f.EndsWith(".lock", StringComparison.Ordinal))]
            : [];
    }

    public static byte[] Content(Layer layer)
    {
        var bytes = new byte[layer.Archive.Length];
        layer.Archive.Read(0, bytes);
        return bytes;
    }

    public void Dispose()
    {
        _sources.ForEach(static source => source.Dispose());
        Directory.Dispose();
    }
}
