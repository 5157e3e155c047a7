using Microsoft.Extensions.Logging;
using ReproBuild.Registry.Cache;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Images;

/// <summary>When a tag's recorded digest is used, and when its provider is asked.</summary>
internal enum TagResolution
{
    /// <summary>The recorded digest where there is one.</summary>
    CacheFirst,

    /// <summary>Always ask, and record nothing: the provider is as near as the cache.</summary>
    ProviderOnly,

    /// <summary>Always ask, and record the answer.</summary>
    Refresh,

    /// <summary>Never ask.</summary>
    CacheOnly,
}

/// <summary>Resolves references to manifests, each once for the life of the source, so that all of a build sees one image.</summary>
internal sealed class ReferenceResolver(ContentStore store, ReferenceIndex references, TagResolution policy, InputLimits limits, ILogger logger)
{
    private readonly SharedWork<ImageReference, ManifestContent> _resolved = new(remember: true);

    /// <exception cref="ImageNotFoundException">The provider has nothing under the reference, or is not asked and nothing is cached.</exception>
    /// <exception cref="ReproBuildException">The image cannot be reached or verified.</exception>
    public Task<ManifestContent> ResolveAsync(ImageReference reference, CancellationToken cancellationToken) =>
        _resolved.GetAsync(
            reference,
            token => reference.Digest is null ? ResolveTagAsync(reference, token) : GetAsync(reference, token),
            cancellationToken);

    private async Task<ManifestContent> ResolveTagAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        if (policy is TagResolution.CacheFirst or TagResolution.CacheOnly && references.Find(reference) is { } known)
        {
            RegistryLog.ResolvedFromCache(logger, reference, known.Digest);
            try
            {
                var cached = await GetAsync(reference.WithDigest(known.Digest), cancellationToken).ConfigureAwait(false);
                return cached with { MediaType = known.MediaType };
            }
            catch (ImageNotFoundException) when (policy == TagResolution.CacheFirst)
            {
                // Neither the cache nor the registry has it any more, so what the tag meant is lost.
                RegistryLog.ResolutionLost(logger, reference, known.Digest);
            }
        }

        if (policy == TagResolution.CacheOnly)
        {
            throw NotCached(reference);
        }

        var content = await store.RefreshManifestAsync(reference, cancellationToken).ConfigureAwait(false);
        if (policy != TagResolution.ProviderOnly)
        {
            var descriptor = new OciDescriptor(MediaTypeOf(content, reference), content.Digest, content.Bytes.Length);
            await references.RecordAsync(reference, descriptor, cancellationToken).ConfigureAwait(false);
        }

        return content;
    }

    private Task<ManifestContent> GetAsync(ImageReference reference, CancellationToken cancellationToken) =>
        policy == TagResolution.CacheOnly
            ? Task.FromResult(store.TryReadManifest(reference.Digest!) ?? throw NotCached(reference))
            : store.GetManifestAsync(reference, cancellationToken);

    private string MediaTypeOf(ManifestContent content, ImageReference reference) =>
        ManifestParser.Parse(content, $"The manifest {content.Digest} of {reference}", limits).MediaType;

    private static ImageNotFoundException NotCached(ImageReference reference) => new(
        reference,
        $"{reference} is not in the image cache, and RegistryOptions.Offline forbids asking {reference.Registry}. "
        + "Fetch it once while online, or name a layout that holds it.");
}
