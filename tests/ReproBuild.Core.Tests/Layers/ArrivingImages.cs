using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Images;
using ReproBuild.Core.Layers;
using ReproBuild.Testing.InMemory;

namespace ReproBuild.Core.Tests.Layers;

/// <summary>Images whose answers take turns that chance decides.</summary>
/// <param name="arrival">Chance; null for answers at once.</param>
/// <param name="images">The images.</param>
internal sealed class ArrivingImages(Random? arrival, params InMemoryImage[] images) : IImageSource
{
    private const int MostTurns = 12;

    private readonly InMemoryImageSource _source = new(images);

    public async Task<IImage> GetImageAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken)
    {
        await TakeTurnsAsync();
        return new ArrivingImage(this, await _source.GetImageAsync(reference, platform, cancellationToken));
    }

    public Task<OciArtifact> GetArtifactAsync(ImageReference reference, ImmutableArray<Platform> platforms, CancellationToken cancellationToken) =>
        _source.GetArtifactAsync(reference, platforms, cancellationToken);

    private async Task TakeTurnsAsync()
    {
        for (var turns = Draw(); turns > 0; turns--)
        {
            await Task.Yield();
        }
    }

    private int Draw()
    {
        if (arrival is null)
        {
            return 0;
        }

        lock (arrival)
        {
            return arrival.Next(MostTurns);
        }
    }

    private sealed class ArrivingImage(ArrivingImages owner, IImage image) : IImage
    {
        public ImageReference Reference => image.Reference;

        public Digest Digest => image.Digest;

        public Digest ManifestDigest => image.ManifestDigest;

        public ImageConfiguration Configuration => image.Configuration;

        public int LayerCount => image.LayerCount;

        public long CompressedSize => image.CompressedSize;

        public async Task<Layer> GetLayerAsync(int index, IProgress<long>? progress, CancellationToken cancellationToken)
        {
            await owner.TakeTurnsAsync();
            return await image.GetLayerAsync(index, progress, cancellationToken);
        }

        public async Task<ImmutableArray<FileContent>> GetSpdxDocumentsAsync(CancellationToken cancellationToken)
        {
            await owner.TakeTurnsAsync();
            return await image.GetSpdxDocumentsAsync(cancellationToken);
        }
    }
}
