using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Images;
using ReproBuild.Core.Layers;

namespace ReproBuild;

/// <summary>Where images come from: a registry, an OCI layout, or a caller's own store.</summary>
/// <remarks>Implementations are safe for concurrent use. What they return stays readable until the source is disposed.</remarks>
public interface IImageSource
{
    /// <summary>Finds the image for a platform and reads its manifest and configuration, not its layers.</summary>
    /// <exception cref="ImageNotFoundException">The source has nothing under the reference; the message says where it looked.</exception>
    /// <exception cref="ReproBuildException">The image has no such platform, or cannot be reached or verified; the message names it.</exception>
    Task<IImage> GetImageAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken);

    /// <summary>Collects an image with everything it refers to, as the contents of an OCI image layout.</summary>
    /// <param name="reference">The image or index.</param>
    /// <param name="platforms">The platforms of an index to keep; empty keeps the whole index.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ImageNotFoundException">The source has nothing under the reference; the message says where it looked.</exception>
    /// <exception cref="ReproBuildException">The image has no such platform, or cannot be reached or verified; the message names it.</exception>
    Task<OciArtifact> GetArtifactAsync(ImageReference reference, ImmutableArray<Platform> platforms, CancellationToken cancellationToken);
}

/// <summary>One image for one platform.</summary>
public interface IImage
{
    /// <summary>The reference it was found under.</summary>
    ImageReference Reference { get; }

    /// <summary>The digest the reference resolved to: of the index if there is one, otherwise of the manifest.</summary>
    Digest Digest { get; }

    /// <summary>The digest of this platform's manifest.</summary>
    Digest ManifestDigest { get; }

    /// <summary>The image's configuration.</summary>
    ImageConfiguration Configuration { get; }

    /// <summary>The number of layers.</summary>
    int LayerCount { get; }

    /// <summary>The total size in bytes of the layers as they are stored in the registry; for progress.</summary>
    long CompressedSize { get; }

    /// <summary>Fetches one layer, uncompressed, verified and indexed.</summary>
    /// <param name="index">0 is the lowest layer.</param>
    /// <param name="progress">Receives the number of compressed bytes that arrived since the last report, or null.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ReproBuildException">The layer cannot be fetched or verified; the message names it.</exception>
    Task<Layer> GetLayerAsync(int index, IProgress<long>? progress, CancellationToken cancellationToken);

    /// <summary>The SPDX documents that the image's attestation manifests carry, in the order of the manifests.</summary>
    /// <remarks>Predicates of type <c>https://spdx.dev/Document</c>; each is one in-toto statement's <c>predicate</c>, as JSON.</remarks>
    Task<ImmutableArray<FileContent>> GetSpdxDocumentsAsync(CancellationToken cancellationToken);
}

/// <summary>An image or index with every blob it refers to (OCI image specification 1.1, image-layout.md).</summary>
/// <param name="MediaType">The media type of the root manifest or index.</param>
/// <param name="Digest">The digest of the root manifest or index; one of <paramref name="Blobs"/>.</param>
/// <param name="Size">The size in bytes of the root manifest or index.</param>
/// <param name="Blobs">Every blob once, as it is stored in the registry, ordered by digest.</param>
public sealed record OciArtifact(string MediaType, Digest Digest, long Size, ImmutableArray<OciBlob> Blobs);

/// <summary>A blob of an <see cref="OciArtifact"/>.</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="Content">Its bytes.</param>
public sealed record OciBlob(Digest Digest, FileContent Content);
