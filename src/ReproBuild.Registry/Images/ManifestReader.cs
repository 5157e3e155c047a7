using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using ReproBuild.Core.Images;
using ReproBuild.Registry.Cache;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Images;

/// <summary>Reads manifests by descriptor, and walks indexes.</summary>
internal sealed class ManifestReader(ContentStore store, InputLimits limits, ILogger logger)
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

    /// <summary>The manifest of an image.</summary>
    /// <exception cref="IntegrityException">As <see cref="ReadAsync"/>, or it is an index.</exception>
    public async Task<ImageManifest> ReadImageAsync(ImageReference reference, OciDescriptor descriptor, CancellationToken cancellationToken)
    {
        var (_, manifest) = await ReadAsync(reference, descriptor, cancellationToken).ConfigureAwait(false);
        return manifest as ImageManifest ?? throw NotAsNamed(reference, descriptor, "a manifest", "an index");
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
                $"{reference} is not an image but an artifact whose configuration is '{descriptor.MediaType.Shown()}'.");
        }

        var json = await store.ReadAsync(reference, descriptor, cancellationToken).ConfigureAwait(false);
        return ImageConfigurationParser.Parse(json, $"The configuration {descriptor.Digest} of {reference}", manifest.Layers.Length, limits);
    }

    /// <summary>
    /// Collects the manifests of an index; what is malformed, missing or damaged in it is left out with a warning. Every entry is counted, and an
    /// index that is named again is not walked again.
    /// </summary>
    public async Task<ManifestSet> WalkAsync(ImageReference reference, ImageIndex index, CancellationToken cancellationToken)
    {
        var images = ImmutableArray.CreateBuilder<OciDescriptor>();
        var attestations = ImmutableArray.CreateBuilder<OciDescriptor>();
        var problems = ImmutableArray.CreateBuilder<string>();
        var walked = new HashSet<(string MediaType, Digest Digest, long Size)>();
        var count = 0;
        await WalkAsync(index, 1).ConfigureAwait(false);
        return new ManifestSet(images.ToImmutable(), attestations.ToImmutable()) { Problems = problems.ToImmutable() };

        async Task WalkAsync(ImageIndex current, int depth)
        {
            count += current.Manifests.Length + current.Problems.Length;
            CheckCount(reference, count);
            foreach (var problem in current.Problems)
            {
                Ignore(problem);
            }

            foreach (var descriptor in current.Manifests)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (MediaTypes.IsIndex(descriptor.MediaType))
                {
                    CheckDepth(reference, depth + 1);
                    if (walked.Add((descriptor.MediaType, descriptor.Digest, descriptor.Size))
                        && await TryReadIndexAsync(descriptor).ConfigureAwait(false) is { } inner)
                    {
                        await WalkAsync(inner, depth + 1).ConfigureAwait(false);
                    }
                }
                else if (MediaTypes.IsManifest(descriptor.MediaType))
                {
                    (ManifestSet.IsAttestation(descriptor) ? attestations : images).Add(descriptor);
                }
            }
        }

        async Task<ImageIndex?> TryReadIndexAsync(OciDescriptor descriptor)
        {
            try
            {
                var (_, inner) = await ReadAsync(reference, descriptor, cancellationToken).ConfigureAwait(false);
                return inner as ImageIndex ?? throw NotAsNamed(reference, descriptor, "an index", "a manifest");
            }
            catch (IntegrityException e)
            {
                Ignore(e.Message);
                return null;
            }
        }

        void Ignore(string problem)
        {
            problems.Add(problem);
            RegistryLog.EntryIgnored(logger, reference, problem);
        }
    }

    /// <summary>Fills in the platforms that the indexes do not give, from the images themselves.</summary>
    public async Task<ManifestSet> CompletePlatformsAsync(ImageReference reference, ManifestSet set, CancellationToken cancellationToken)
    {
        var images = set.Images.ToBuilder();
        var problems = set.Problems.ToBuilder();
        var known = new Dictionary<Digest, Platform?>();
        for (var i = 0; i < images.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            images[i] = images[i] with { Platform = images[i].Platform ?? await FindOnceAsync(images[i]).ConfigureAwait(false) };
        }

        return set with { Images = images.ToImmutable(), Problems = problems.ToImmutable() };

        async Task<Platform?> FindOnceAsync(OciDescriptor image)
        {
            if (known.TryGetValue(image.Digest, out var platform))
            {
                return platform;
            }

            try
            {
                platform = await FindPlatformAsync(reference, image, cancellationToken).ConfigureAwait(false);
            }
            catch (IntegrityException e)
            {
                problems.Add(e.Message);
                RegistryLog.EntryIgnored(logger, reference, e.Message);
            }

            known.Add(image.Digest, platform);
            return platform;
        }
    }

    private async Task<Platform?> FindPlatformAsync(ImageReference reference, OciDescriptor descriptor, CancellationToken cancellationToken)
    {
        var manifest = await ReadImageAsync(reference, descriptor, cancellationToken).ConfigureAwait(false);
        return MediaTypes.IsConfiguration(manifest.Configuration.MediaType)
            ? (await ReadConfigurationAsync(reference, manifest, cancellationToken).ConfigureAwait(false)).Platform
            : null;
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

    private static IntegrityException NotAsNamed(ImageReference reference, OciDescriptor descriptor, string named, string found) =>
        new($"{reference} is damaged: its index names {descriptor.Digest} as {named} ('{descriptor.MediaType.Shown()}'), but it is {found}. "
            + "Push or copy the image again.");

    /// <summary>The limits that hold.</summary>
    public InputLimits Limits => limits;

    /// <exception cref="IntegrityException">Indexes are nested too deeply.</exception>
    public void CheckDepth(ImageReference reference, int depth)
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
                $"{reference} names more than {limits.MaxDescriptors} manifests in all its indexes (limit {nameof(InputLimits.MaxDescriptors)}).");
        }
    }
}
