using System.Collections.Immutable;
using System.IO.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Images;
using ReproBuild.Core.Layers;

namespace ReproBuild.Testing.Conforming;

/// <summary>The images of the conformance data, held in memory: a source for tests of the assembly alone.</summary>
public sealed class ConformanceImageSource : IImageSource
{
    public Task<IImage> GetImageAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken)
    {
        var digest = ConformanceLayout.Resolve(reference.ToString());
        return Task.FromResult<IImage>(new Image(reference, digest, ConformanceLayout.Manifest(digest, platform.Architecture)));
    }

    public Task<OciArtifact> GetArtifactAsync(ImageReference reference, ImmutableArray<Platform> platforms, CancellationToken cancellationToken)
    {
        var digest = ConformanceLayout.Resolve(reference.ToString());
        Digest[] blobs = [digest, ConformanceLayout.Config(digest), .. ConformanceLayout.Layers(digest)];
        return Task.FromResult(new OciArtifact(
            "application/vnd.oci.image.manifest.v1+json",
            digest,
            ConformanceLayout.Blob(digest).Length,
            [.. blobs.OrderBy(static blob => blob.ToString(), StringComparer.Ordinal).Select(static blob => new OciBlob(blob, FileContent.FromBytes(ConformanceLayout.Blob(blob))))]));
    }

    private sealed class Image(ImageReference reference, Digest digest, Digest manifest) : IImage
    {
        private readonly ImmutableArray<Digest> _layers = ConformanceLayout.Layers(manifest);

        public ImageReference Reference => reference;

        public Digest Digest => digest;

        public Digest ManifestDigest => manifest;

        public ImageConfiguration Configuration { get; } = ConformanceLayout.Configuration(manifest);

        public int LayerCount => _layers.Length;

        public long CompressedSize => _layers.Sum(static layer => (long)ConformanceLayout.Blob(layer).Length);

        public async Task<Layer> GetLayerAsync(int index, IProgress<long>? progress, CancellationToken cancellationToken)
        {
            using var compressed = new MemoryStream(ConformanceLayout.Blob(_layers[index]));
            using var gzip = new GZipStream(compressed, CompressionMode.Decompress);
            using var tar = new MemoryStream();
            await gzip.CopyToAsync(tar, cancellationToken);
            tar.Position = 0;
            var layerIndex = await LayerIndex.FromTarAsync(tar, InputLimits.Default, cancellationToken);
            return new Layer(Digest.OfSha256(tar.ToArray()), Blob.FromBytes(tar.ToArray()), layerIndex);
        }

        public Task<ImmutableArray<FileContent>> GetSpdxDocumentsAsync(CancellationToken cancellationToken) => Task.FromResult(ImmutableArray<FileContent>.Empty);
    }
}
