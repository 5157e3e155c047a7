using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using ReproBuild.Registry.Cache;
using ReproBuild.Registry.Content;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Images;

/// <summary>What every source of images does with a provider and a cache directory.</summary>
internal sealed class StoredImageSource : IImageSource, IDisposable
{
    private readonly TemporaryFiles _temporary;
    private readonly ReferenceIndex _references;
    private readonly ContentStore _store;
    private readonly LayerCache _layers;
    private readonly ReferenceResolver _resolver;
    private readonly ManifestReader _manifests;
    private readonly SpdxAttestations _spdx;

    public StoredImageSource(IContentProvider provider, string cacheDirectory, TagResolution policy, InputLimits limits, ILogger logger)
    {
        var paths = new CachePaths(cacheDirectory);
        _temporary = new TemporaryFiles(paths);
        _references = new ReferenceIndex(paths, _temporary, limits, logger);
        _store = new ContentStore(provider, paths, _temporary, limits, logger);
        _layers = new LayerCache(_store, paths, _temporary, limits, logger);
        _resolver = new ReferenceResolver(_store, _references, policy, limits, logger);
        _manifests = new ManifestReader(_store, limits, logger);
        _spdx = new SpdxAttestations(_store, _manifests, limits);
    }

    public async Task<IImage> GetImageAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken)
    {
        var root = await _resolver.ResolveAsync(reference, cancellationToken).ConfigureAwait(false);
        var selected = await new ImageSelector(_manifests).SelectAsync(reference, root, platform, cancellationToken).ConfigureAwait(false);
        return new StoredImage(selected.Manifest, _layers, _spdx)
        {
            Reference = reference,
            Digest = root.Digest,
            ManifestDigest = selected.Digest,
            Configuration = selected.Configuration,
            Attestations = selected.Attestations,
        };
    }

    public async Task<OciArtifact> GetArtifactAsync(
        ImageReference reference, ImmutableArray<Platform> platforms, CancellationToken cancellationToken)
    {
        var root = await _resolver.ResolveAsync(reference, cancellationToken).ConfigureAwait(false);
        var kept = platforms.IsDefault ? [] : platforms;
        return await new ArtifactCollector(reference, _store, _manifests).CollectAsync(root, kept, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _store.Dispose();
        _references.Dispose();
        _temporary.Dispose();
    }
}
