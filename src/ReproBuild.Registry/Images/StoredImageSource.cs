using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using ReproBuild.Registry.Cache;
using ReproBuild.Registry.Content;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Images;

/// <summary>What every source of images does with a provider and a cache directory.</summary>
internal sealed class StoredImageSource : IImageSource, IDisposable
{
    private readonly CachePaths _paths;
    private readonly CacheDirectory _directory;
    private readonly TemporaryFiles _temporary;
    private readonly ReferenceIndex _references;
    private readonly ContentStore _store;
    private readonly LayerCache _layers;
    private readonly ReferenceResolver _resolver;
    private readonly ManifestReader _manifests;
    private readonly SpdxAttestations _spdx;
    private readonly ILogger _logger;

    public StoredImageSource(IContentProvider provider, string cacheDirectory, TagResolution policy, InputLimits limits, ILogger logger)
    {
        var paths = _paths = new CachePaths(cacheDirectory);
        var directory = _directory = new CacheDirectory(paths, logger);
        _logger = logger;
        _temporary = new TemporaryFiles(paths, directory);
        _references = new ReferenceIndex(paths, directory, _temporary, limits, logger);
        _store = new ContentStore(provider, paths, directory, _temporary, limits, logger);
        _layers = new LayerCache(_store, paths, directory, _temporary, limits, logger);
        _resolver = new ReferenceResolver(
            _store, new TagStore(paths, directory, _temporary, _references, logger), policy, limits, logger);
        _manifests = new ManifestReader(_store, limits, logger);
        _spdx = new SpdxAttestations(_store, _manifests, limits);
    }

    public Task<IImage> GetImageAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken)
    {
        _temporary.Collect();
        return _resolver.UseAsync<IImage>(reference, async (root, token) =>
        {
            var selected = await new ImageSelector(_manifests).SelectAsync(reference, root, platform, token).ConfigureAwait(false);
            return new StoredImage(selected.Manifest, _resolver, _layers, _spdx)
            {
                Reference = reference,
                Digest = root.Digest,
                ManifestDigest = selected.Digest,
                Configuration = selected.Configuration,
                Attestations = selected.Attestations,
            };
        }, cancellationToken);
    }

    public Task<OciArtifact> GetArtifactAsync(
        ImageReference reference, ImmutableArray<Platform> platforms, CancellationToken cancellationToken) =>
        _resolver.UseAsync(
            reference,
            (root, token) => new ArtifactCollector(reference, _store, _manifests)
                .CollectAsync(root, platforms.IsDefault ? [] : platforms, token),
            cancellationToken);

    /// <summary>A place for compressed pieces in the same cache.</summary>
    /// <param name="maxSize">How many bytes are kept.</param>
    /// <param name="clock">Says when a piece was used.</param>
    public PieceStore CreatePieceStore(long maxSize, TimeProvider clock) => new(_paths, _directory, _temporary, maxSize, clock, _logger);

    public void Dispose()
    {
        _store.Dispose();
        _layers.Dispose();
        _references.Dispose();
        _temporary.Dispose();
    }
}
