using System.IO.Compression;
using System.Text;
using ReproBuild.Registry.Manifests;
using ReproBuild.Registry.Tests.Fixtures;

namespace ReproBuild.Registry.Tests.Faults;

/// <summary>An image in a registry: an index of two platforms, and layers large enough to break in the middle.</summary>
internal sealed class RegistryContent
{
    private readonly TestImages _images;

    public required OciDescriptor Root { get; init; }

    /// <summary>What is under a digest, or null.</summary>
    public byte[]? Find(string digest) => _images.Blobs.GetValueOrDefault(digest);

    /// <summary>What is answered for a path of the distribution protocol, and its media type; null when there is nothing.</summary>
    public (byte[] Body, string MediaType)? FindPath(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        var isManifest = path.Contains("/manifests/", StringComparison.Ordinal);
        var digest = isManifest && !name.Contains(':', StringComparison.Ordinal) ? Root.Digest.ToString() : name;
        return Find(digest) is { } body
            ? (body, !isManifest ? "application/octet-stream" : digest == Root.Digest.ToString() ? MediaTypes.OciIndex : MediaTypes.OciManifest)
            : null;
    }

    public static async Task<RegistryContent> CreateAsync()
    {
        var random = new Random(20260102);
        var noise = new byte[150_000];
        random.NextBytes(noise);
        var images = new TestImages();
        var lower = await TestTar.OfAsync(("bin", noise), ("etc/name", Encoding.UTF8.GetBytes("lower")));
        var upper = await TestTar.OfAsync(("etc/name", Encoding.UTF8.GetBytes("upper")), ("etc/zeros", new byte[500_000]));
        var image = images.AddImage(Platform.Linux("amd64"), Layer(images, lower), Layer(images, upper));
        var other = images.AddImage(Platform.Linux("arm64"), Layer(images, lower));
        return new RegistryContent(images) { Root = images.AddIndex(image, other) };
    }

    private RegistryContent(TestImages images) => _images = images;

    private static (OciDescriptor Layer, Digest DiffId) Layer(TestImages images, byte[] tar)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(tar);
        }

        return (images.AddBlob(TestImages.Gzip, compressed.ToArray()), Digest.OfSha256(tar));
    }
}
