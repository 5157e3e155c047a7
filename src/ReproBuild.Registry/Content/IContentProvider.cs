using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Content;

/// <summary>Where manifests and blobs come from: a registry or a layout directory.</summary>
/// <remarks>Implementations are safe for concurrent use.</remarks>
internal interface IContentProvider
{
    /// <summary>Reads a manifest or index: by digest, which is verified, when the reference has one, else by tag.</summary>
    /// <exception cref="ImageNotFoundException">The provider has nothing under the reference.</exception>
    /// <exception cref="ReproBuildException">It cannot be reached or verified, or exceeds <see cref="InputLimits.MaxManifestSize"/>.</exception>
    Task<ManifestContent> GetManifestAsync(ImageReference reference, CancellationToken cancellationToken);

    /// <summary>Reads the manifest that a tag has now, perhaps without fetching it: registries count a manifest as a download.</summary>
    /// <param name="reference">The tag.</param>
    /// <param name="find">The manifest of a digest that is here already, verified; or null.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <inheritdoc cref="GetManifestAsync" path="/exception"/>
    Task<ManifestContent> RefreshManifestAsync(
        ImageReference reference, Func<Digest, ManifestContent?> find, CancellationToken cancellationToken) =>
        GetManifestAsync(reference, cancellationToken);

    /// <summary>Writes exactly the descriptor's bytes, verified while they arrive; after an error what was written is worthless.</summary>
    /// <param name="repository">The repository that holds the blob; its tag and digest do not matter.</param>
    /// <param name="descriptor">Which blob, and its size.</param>
    /// <param name="destination">An empty seekable stream, which is written from its start.</param>
    /// <param name="progress">Receives the number of bytes that arrived since the last report, or null.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ReproBuildException">The blob cannot be found, reached or verified.</exception>
    Task DownloadBlobAsync(
        ImageReference repository, OciDescriptor descriptor, Stream destination, IProgress<long>? progress, CancellationToken cancellationToken);
}

/// <summary>A provider whose blobs are files of this host already, so that the cache need not copy them.</summary>
internal interface ILocalContentProvider : IContentProvider
{
    /// <summary>Where the blob is, if the provider has it. Its bytes are not verified.</summary>
    string GetBlobPath(Digest digest);

    Task IContentProvider.DownloadBlobAsync(
        ImageReference repository, OciDescriptor descriptor, Stream destination, IProgress<long>? progress, CancellationToken cancellationToken) =>
        throw new NotSupportedException("A local blob is used where it is.");
}
