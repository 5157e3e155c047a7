using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Images;
using ReproBuild.Core.Layers;

namespace ReproBuild.Testing.InMemory;

/// <summary>An image of one or more layers that lives in memory, for tests of what comes after the registry.</summary>
public sealed class InMemoryImage(string reference, params InMemoryLayer[] layers) : IImage
{
    public ImageReference Reference { get; } = ImageReference.Parse(reference);

    public Digest Digest => Digest.OfSha256(System.Text.Encoding.UTF8.GetBytes(reference));

    public Digest ManifestDigest => Digest;

    public ImageConfiguration Configuration { get; init; } = new() { Platform = Platform.Linux("amd64") };

    public ImmutableArray<byte[]> SpdxDocuments { get; init; } = [];

    public int LayerCount => layers.Length;

    public long CompressedSize => layers.Length;

    public Task<Layer> GetLayerAsync(int index, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        progress?.Report(1);
        return Task.FromResult(layers[index].Build());
    }

    public Task<ImmutableArray<FileContent>> GetSpdxDocumentsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(SpdxDocuments.Select(static d => FileContent.FromBytes(d)).ToImmutableArray());
}
