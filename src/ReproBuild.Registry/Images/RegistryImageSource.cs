using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ReproBuild.Core.Pieces;
using ReproBuild.Registry.Content;
using ReproBuild.Registry.Cache;
using ReproBuild.Registry.Images;

namespace ReproBuild;

/// <summary>Images from registries, through a content-addressed cache on disk (OCI distribution specification 1.1).</summary>
/// <remarks>
/// Every reference is resolved once for the life of the source, so that all of a build sees one image. What was fetched once is
/// taken from the cache in every later build; it is verified whenever it is read.
/// </remarks>
public sealed class RegistryImageSource : IImageSource, IPieceStoreOwner, IDisposable
{
    private readonly RegistryClient _client;
    private readonly StoredImageSource _source;
    private readonly PieceStore _pieces;
    private volatile bool _isDisposed;

    /// <summary>Creates a source; no registry is asked and nothing is written yet.</summary>
    /// <param name="options">How to fetch, and where the cache is.</param>
    /// <param name="logger">Where to log, or null.</param>
    /// <exception cref="InvalidOptionException">An option is out of its range.</exception>
    /// <exception cref="ReproBuildException">A file of certificate authorities cannot be read.</exception>
    public RegistryImageSource(RegistryOptions options, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var policy = options.Offline ? TagResolution.CacheOnly : options.AlwaysPull ? TagResolution.Refresh : TagResolution.CacheFirst;
        _client = new RegistryClient(options, logger);
        _source = new StoredImageSource(_client, options.CacheDirectory, policy, options.Limits, logger ?? NullLogger.Instance);
        _pieces = _source.CreatePieceStore(options.MaxPieceCacheSize, RegistryClient.SystemClock);
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

    /// <summary>Closes connections and what images read from; they can no longer be used.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _source.Dispose();
        _client.Dispose();
    }
}
