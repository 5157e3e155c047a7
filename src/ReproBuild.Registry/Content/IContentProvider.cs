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

    /// <summary>Asks which digest a tag has, without the manifest itself; null when the provider does not say.</summary>
    /// <remarks>Registries count a manifest as a download. What is found under the digest is verified when it is read.</remarks>
    /// <exception cref="ImageNotFoundException">The provider has nothing under the reference.</exception>
    /// <exception cref="ReproBuildException">The provider cannot be reached.</exception>
    Task<Digest?> FindDigestAsync(ImageReference reference, CancellationToken cancellationToken) => Task.FromResult(reference.Digest);

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
