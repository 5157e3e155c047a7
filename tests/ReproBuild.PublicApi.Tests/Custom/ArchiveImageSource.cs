using System.Collections.Immutable;

namespace ReproBuild.PublicApi.Tests.Custom;

/// <summary>Images that the caller made.</summary>
internal sealed class ArchiveImageSource(params ArchiveImage[] images) : IImageSource
{
    public Task<IImage> GetImageAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken) => Task.FromResult<IImage>(
        Array.Find(images, image => image.Reference == reference)
            ?? throw new ImageNotFoundException(reference, $"{reference} is not among the images made here."));

    public Task<OciArtifact> GetArtifactAsync(ImageReference reference, ImmutableArray<Platform> platforms, CancellationToken cancellationToken) =>
        throw new ImageNotFoundException(reference, $"{reference} is needed as an OCI layout, which is not made here.");
}
