using System.Collections.Immutable;

namespace ReproBuild.Testing.InMemory;

/// <summary>Finds images by their full reference.</summary>
public sealed class InMemoryImageSource(params InMemoryImage[] images) : IImageSource
{
    public Task<IImage> GetImageAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken) =>
        Task.FromResult<IImage>(
            images.FirstOrDefault(i => i.Reference == reference) ?? throw new ImageNotFoundException(reference, $"there is no image {reference}"));

    public Task<OciArtifact> GetArtifactAsync(ImageReference reference, ImmutableArray<Platform> platforms, CancellationToken cancellationToken) =>
        throw new ImageNotFoundException(reference, $"there is no layout of {reference}");
}
