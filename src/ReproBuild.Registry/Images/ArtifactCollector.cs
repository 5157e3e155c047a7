using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Core.FileSystem;
using ReproBuild.Registry.Cache;
using ReproBuild.Registry.Content;
using ReproBuild.Registry.Layouts;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Images;

/// <summary>Collects a manifest or index with every blob below it.</summary>
internal sealed class ArtifactCollector(ImageReference reference, ContentStore store, ManifestReader manifests)
{
    private readonly SortedDictionary<string, OciBlob> _blobs = new(StringComparer.Ordinal);

    /// <param name="root">The manifest or index.</param>
    /// <param name="platforms">The platforms to keep of an index; empty keeps all.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<OciArtifact> CollectAsync(ManifestContent root, ImmutableArray<Platform> platforms, CancellationToken cancellationToken)
    {
        var manifest = manifests.Parse(reference, root);
        if (manifest is ImageIndex index && !platforms.IsDefaultOrEmpty)
        {
            (root, manifest) = await FilterAsync(root, index, platforms, cancellationToken).ConfigureAwait(false);
        }

        await AddAsync(root, manifest, cancellationToken).ConfigureAwait(false);
        return new OciArtifact(manifest.MediaType, root.Digest, root.Bytes.Length, [.. _blobs.Values]);
    }

    private async Task AddAsync(ManifestContent content, Manifest manifest, CancellationToken cancellationToken)
    {
        if (!_blobs.TryAdd(content.Digest.ToString(), new OciBlob(content.Digest, FileContent.FromBytes(content.Bytes))))
        {
            return;
        }

        if (manifest is ImageManifest image)
        {
            foreach (var blob in image.Layers.Prepend(image.Configuration))
            {
                await AddBlobAsync(blob, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var descriptor in (manifest as ImageIndex)?.Manifests ?? [])
        {
            if (MediaTypes.IsIndex(descriptor.MediaType) || MediaTypes.IsManifest(descriptor.MediaType))
            {
                var (below, parsed) = await manifests.ReadAsync(reference, descriptor, cancellationToken).ConfigureAwait(false);
                await AddAsync(below, parsed, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await AddBlobAsync(descriptor, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task AddBlobAsync(OciDescriptor descriptor, CancellationToken cancellationToken)
    {
        var key = descriptor.Digest.ToString();
        if (!_blobs.ContainsKey(key))
        {
            var blob = await store.OpenAsync(reference, descriptor, cancellationToken).ConfigureAwait(false);
            _blobs.Add(key, new OciBlob(descriptor.Digest, new FileContent(blob, 0, blob.Length)));
        }
    }

    // Attestations are about the build of an image and not part of it, so a selection of platforms leaves them out.
    private async Task<(ManifestContent Content, Manifest Index)> FilterAsync(
        ManifestContent root, ImageIndex index, ImmutableArray<Platform> platforms, CancellationToken cancellationToken)
    {
        var set = await manifests.WalkAsync(reference, index, cancellationToken).ConfigureAwait(false);
        if (platforms.Any(platform => set.Select(platform) is null))
        {
            set = await manifests.CompletePlatformsAsync(reference, set, cancellationToken).ConfigureAwait(false);
        }

        var kept = platforms.Select(platform => set.Select(platform) ?? throw ImageSelector.NoSuchPlatform(reference, platform, set))
            .Select(static descriptor => descriptor.Digest).ToHashSet();
        var selected = set.Images.Where(image => kept.Contains(image.Digest)).DistinctBy(static image => image.Digest).ToImmutableArray();
        if (selected.Length == index.Manifests.Length)
        {
            return (root, index);
        }

        var json = LayoutIndex.Serialize(index.MediaType, selected.Select(ToJson));
        return (new ManifestContent(Digest.OfSha256(json), index.MediaType, json), new ImageIndex(index.MediaType, selected));
    }

    private static JsonObject ToJson(OciDescriptor descriptor)
    {
        var json = new JsonObject
        {
            ["mediaType"] = descriptor.MediaType,
            ["digest"] = descriptor.Digest.ToString(),
            ["size"] = descriptor.Size,
        };
        if (descriptor.Platform is { } platform)
        {
            var target = new JsonObject { ["os"] = platform.OperatingSystem, ["architecture"] = platform.Architecture };
            json["platform"] = target;
            if (platform.Variant is not null)
            {
                target["variant"] = platform.Variant;
            }
        }

        if (!descriptor.Annotations.IsEmpty)
        {
            json["annotations"] = new JsonObject(descriptor.Annotations.Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        }

        return json;
    }
}
