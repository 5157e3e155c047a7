using System.Collections.Immutable;
using ReproBuild.Core.Images;
using ReproBuild.Registry.Cache;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Images;

/// <summary>Reads manifests by descriptor, and walks indexes.</summary>
internal sealed class ManifestReader(ContentStore store, InputLimits limits)
{
    /// <summary>The manifest or index of a descriptor.</summary>
    /// <exception cref="IntegrityException">It is missing, malformed, or not what the descriptor says: the image is there, but damaged.</exception>
    public async Task<(ManifestContent Content, Manifest Manifest)> ReadAsync(
        ImageReference reference, OciDescriptor descriptor, CancellationToken cancellationToken)
    {
        var content = await FetchAsync(reference, descriptor, cancellationToken).ConfigureAwait(false);
        if (content.Bytes.Length != descriptor.Size)
        {
            throw new IntegrityException(
                $"The manifest {descriptor.Digest} of {reference} has {content.Bytes.Length} bytes, "
                + $"but the index that names it says {descriptor.Size}.");
        }

        return (content, Parse(reference, content with { MediaType = descriptor.MediaType }));
    }

    public Manifest Parse(ImageReference reference, ManifestContent content) =>
        ManifestParser.Parse(content, $"The manifest {content.Digest} of {reference}", limits);

    /// <summary>The image's configuration.</summary>
    public async Task<ImageConfiguration> ReadConfigurationAsync(
        ImageReference reference, ImageManifest manifest, CancellationToken cancellationToken)
    {
        var descriptor = manifest.Configuration;
        if (!MediaTypes.IsConfiguration(descriptor.MediaType))
        {
            throw new ReproBuildException(
                $"{reference} is not an image but an artifact whose configuration is '{descriptor.MediaType}'.");
        }

        var json = await store.ReadAsync(reference, descriptor, cancellationToken).ConfigureAwait(false);
        return ImageConfigurationParser.Parse(json, $"The configuration {descriptor.Digest} of {reference}", manifest.Layers.Length, limits);
    }

    /// <summary>Collects the manifests of an index.</summary>
    public async Task<ManifestSet> WalkAsync(ImageReference reference, ImageIndex index, CancellationToken cancellationToken)
    {
        var images = ImmutableArray.CreateBuilder<OciDescriptor>();
        var attestations = ImmutableArray.CreateBuilder<OciDescriptor>();
        await WalkAsync(index, 1).ConfigureAwait(false);
        return new ManifestSet(images.ToImmutable(), attestations.ToImmutable());

        async Task WalkAsync(ImageIndex current, int depth)
        {
            foreach (var descriptor in current.Manifests)
            {
                if (MediaTypes.IsIndex(descriptor.MediaType))
                {
                    CheckDepth(reference, depth + 1);
                    var (_, inner) = await ReadAsync(reference, descriptor, cancellationToken).ConfigureAwait(false);
                    await WalkAsync((ImageIndex)inner, depth + 1).ConfigureAwait(false);
                }
                else if (MediaTypes.IsManifest(descriptor.MediaType))
                {
                    (ManifestSet.IsAttestation(descriptor) ? attestations : images).Add(descriptor);
                    CheckCount(reference, images.Count + attestations.Count);
                }
            }
        }
    }

    /// <summary>Fills in the platforms that the indexes do not give, from the images themselves.</summary>
    public async Task<ManifestSet> CompletePlatformsAsync(ImageReference reference, ManifestSet set, CancellationToken cancellationToken)
    {
        var images = set.Images.ToBuilder();
        for (var i = 0; i < images.Count; i++)
        {
            if (images[i].Platform is null &&
                (await ReadAsync(reference, images[i], cancellationToken).ConfigureAwait(false)).Manifest is ImageManifest manifest &&
                MediaTypes.IsConfiguration(manifest.Configuration.MediaType))
            {
                var configuration = await ReadConfigurationAsync(reference, manifest, cancellationToken).ConfigureAwait(false);
                images[i] = images[i] with { Platform = configuration.Platform };
            }
        }

        return set with { Images = images.ToImmutable() };
    }

    private async Task<ManifestContent> FetchAsync(ImageReference reference, OciDescriptor descriptor, CancellationToken cancellationToken)
    {
        try
        {
            return await store.GetManifestAsync(reference.WithDigest(descriptor.Digest), cancellationToken).ConfigureAwait(false);
        }
        catch (ImageNotFoundException e)
        {
            throw new IntegrityException(
                $"{reference} is incomplete: the manifest {descriptor.Digest} that its index names is missing. "
                + $"Push or copy the image again, with all its platforms. {e.Message}", e);
        }
    }

    private void CheckDepth(ImageReference reference, int depth)
    {
        if (depth > limits.MaxIndexDepth)
        {
            throw new IntegrityException(
                $"{reference} has indexes inside one another deeper than {limits.MaxIndexDepth} (limit {nameof(InputLimits.MaxIndexDepth)}).");
        }
    }

    private void CheckCount(ImageReference reference, int count)
    {
        if (count > limits.MaxDescriptors)
        {
            throw new IntegrityException(
                $"{reference} has more than {limits.MaxDescriptors} manifests (limit {nameof(InputLimits.MaxDescriptors)}).");
        }
    }
}
