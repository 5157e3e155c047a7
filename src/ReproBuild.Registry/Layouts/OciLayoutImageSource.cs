using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ReproBuild.Core.Pieces;
using ReproBuild.Registry.Cache;
using ReproBuild.Registry.Content;
using ReproBuild.Registry.Images;
using ReproBuild.Registry.Layouts;

namespace ReproBuild;

/// <summary>Images from an OCI image layout directory (OCI image specification 1.1, image-layout.md).</summary>
/// <remarks>
/// An image is found by the annotation <c>org.opencontainers.image.ref.name</c>, which holds its full reference, a shorter form of it, or
/// only its tag; or by digest. The layout is only read. Its blobs are not copied, but its layers are kept uncompressed in the cache.
/// </remarks>
public sealed class OciLayoutImageSource : IImageSource, IPieceStoreOwner, IDisposable
{
    private readonly StoredImageSource _source;
    private readonly PieceStore _pieces;
    private volatile bool _isDisposed;

    /// <summary>Creates a source; nothing is read yet.</summary>
    /// <param name="layoutDirectory">The layout.</param>
    /// <param name="cacheDirectory">The cache, made when it is missing; several processes may share it.</param>
    /// <param name="logger">Where to log, or null.</param>
    /// <param name="limits">Limits on what is read; null for <see cref="InputLimits.Default"/>.</param>
    /// <param name="maxPieceCacheSize">As <see cref="RegistryOptions.MaxPieceCacheSize"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxPieceCacheSize"/> is less than 0.</exception>
    public OciLayoutImageSource(
        string layoutDirectory,
        string cacheDirectory,
        ILogger? logger = null,
        InputLimits? limits = null,
        long maxPieceCacheSize = RegistryOptions.DefaultPieceCacheSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxPieceCacheSize);
        ArgumentException.ThrowIfNullOrEmpty(layoutDirectory);
        ArgumentException.ThrowIfNullOrEmpty(cacheDirectory);
        limits ??= InputLimits.Default;
        _source = new StoredImageSource(
            new OciLayoutContentProvider(layoutDirectory, limits),
            cacheDirectory,
            TagResolution.ProviderOnly,
            limits,
            logger ?? NullLogger.Instance);
        _pieces = _source.CreatePieceStore(maxPieceCacheSize, RegistryClient.SystemClock);
    }

    /// <inheritdoc/>
    IPieceStore? IPieceStoreOwner.Pieces => _pieces;

    /// <inheritdoc/>
    public Task<IImage> GetImageAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(platform);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _source.GetImageAsync(reference, platform, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<OciArtifact> GetArtifactAsync(
        ImageReference reference, ImmutableArray<Platform> platforms, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _source.GetArtifactAsync(reference, platforms, cancellationToken);
    }

    /// <summary>Closes what images read from; they can no longer be used.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _source.Dispose();
    }
}
