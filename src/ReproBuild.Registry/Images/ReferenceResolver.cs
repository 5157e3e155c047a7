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
/// <remarks>
/// A tag is remembered when what it resolved to could be used, and forgotten when what was remembered cannot: nothing that is broken
/// once stays broken under its tag.
/// </remarks>
internal sealed class ReferenceResolver(ContentStore store, TagStore tags, TagResolution policy, InputLimits limits, ILogger logger)
{
    private readonly SharedWork<ImageReference, Resolution> _resolved = new(remember: true);
    private readonly SharedWork<ImageReference, Resolution> _asked = new(remember: true);

    /// <summary>Resolves a reference for a use of its manifest; a remembered tag that no use could do with is asked for again.</summary>
    /// <exception cref="ImageNotFoundException">The provider has nothing under the reference, or is not asked and nothing is cached.</exception>
    /// <exception cref="ReproBuildException">The image cannot be reached or verified.</exception>
    public async Task<T> UseAsync<T>(
        ImageReference reference, Func<ManifestContent, CancellationToken, Task<T>> use, CancellationToken cancellationToken)
    {
        store.ThrowIfDisposed();
        var resolution = await _resolved.GetAsync(reference, token => ResolveAsync(reference, token), cancellationToken).ConfigureAwait(false);
        if (!resolution.IsBroken)
        {
            try
            {
                var result = await use(resolution.Content, cancellationToken).ConfigureAwait(false);
                resolution.IsUsed = true;
                await RememberAsync(reference, resolution, cancellationToken).ConfigureAwait(false);
                return result;
            }
            catch (ReproBuildException e) when (resolution.IsRemembered && IsBroken(e) && !resolution.IsUsed && policy == TagResolution.CacheFirst)
            {
                Forget(reference, resolution.Content.Digest, e);
                resolution.IsBroken = true;
            }
        }

        var asked = await _asked.GetAsync(reference, token => AskAsync(reference, token), cancellationToken).ConfigureAwait(false);
        var again = await use(asked.Content, cancellationToken).ConfigureAwait(false);
        await RememberAsync(reference, asked, cancellationToken).ConfigureAwait(false);
        return again;
    }

    /// <summary>Forgets a tag if what it resolved to turned out to be broken, as in a layer that is not what the image says.</summary>
    public void ForgetIfBroken(ImageReference reference, Digest digest, ReproBuildException error)
    {
        if (reference.Digest is null && policy is TagResolution.CacheFirst or TagResolution.Refresh && IsBroken(error))
        {
            Forget(reference, digest, error);
        }
    }

    private static bool IsBroken(ReproBuildException e) =>
        e is ImageNotFoundException or IntegrityException or RegistryException { IsNotFound: true };

    private void Forget(ImageReference reference, Digest digest, ReproBuildException error)
    {
        RegistryLog.TagForgotten(logger, reference, digest, error.Message);
        tags.Forget(reference);
    }

    private async Task<Resolution> ResolveAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        if (reference.Digest is not null)
        {
            return new Resolution(await GetAsync(reference, cancellationToken).ConfigureAwait(false), isRemembered: false);
        }

        if (policy is TagResolution.CacheFirst or TagResolution.CacheOnly && tags.Find(reference) is { } known)
        {
            RegistryLog.ResolvedFromCache(logger, reference, known.Digest);
            try
            {
                var cached = await GetAsync(reference.WithDigest(known.Digest), cancellationToken).ConfigureAwait(false);
                return new Resolution(cached with { MediaType = known.MediaType }, isRemembered: true);
            }
            catch (ReproBuildException e) when (policy == TagResolution.CacheFirst && IsBroken(e))
            {
                Forget(reference, known.Digest, e);
            }
        }

        return await AskAsync(reference, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Resolution> AskAsync(ImageReference reference, CancellationToken cancellationToken) => policy == TagResolution.CacheOnly
        ? throw NotCached(reference)
        : new Resolution(await store.RefreshManifestAsync(reference, cancellationToken).ConfigureAwait(false), isRemembered: false);

    private async Task RememberAsync(ImageReference reference, Resolution resolution, CancellationToken cancellationToken)
    {
        if (resolution.IsRemembered || reference.Digest is not null || policy == TagResolution.ProviderOnly)
        {
            return;
        }

        var content = resolution.Content;
        var descriptor = new OciDescriptor(MediaTypeOf(content, reference), content.Digest, content.Bytes.Length);
        try
        {
            await tags.RememberAsync(reference, descriptor, cancellationToken).ConfigureAwait(false);
        }
        catch (CacheException e) when (e.IsReadOnly)
        {
            RegistryLog.TagNotRemembered(logger, reference, e.Message);
        }

        resolution.IsRemembered = true;
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

    /// <summary>What a reference is for the life of the source.</summary>
    private sealed class Resolution(ManifestContent content, bool isRemembered)
    {
        public ManifestContent Content => content;

        /// <summary>Whether the cache says so already.</summary>
        public bool IsRemembered { get; set; } = isRemembered;

        /// <summary>Whether an image was made of it, so that it cannot be exchanged any more.</summary>
        public bool IsUsed { get; set; }

        /// <summary>Whether the tag must be asked for again.</summary>
        public bool IsBroken { get; set; }
    }
}
