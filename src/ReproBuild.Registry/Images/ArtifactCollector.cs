using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;
using ReproBuild.Registry.Cache;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Images;

/// <summary>Collects a manifest or index with every blob below it.</summary>
internal sealed class ArtifactCollector(ImageReference reference, ContentStore store, ManifestReader manifests)
{
    private readonly Dictionary<Digest, OciBlob> _blobs = [];
    private long _size;

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

        await AddAsync(root, manifest, 1, cancellationToken).ConfigureAwait(false);
        var blobs = _blobs.Values.OrderBy(static blob => blob.Digest.ToString(), StringComparer.Ordinal);
        return new OciArtifact(manifest.MediaType, root.Digest, root.Bytes.Length, [.. blobs]);
    }

    /// <param name="content">The manifest or index.</param>
    /// <param name="manifest">The same, parsed.</param>
    /// <param name="depth">In how many indexes it is, itself included.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    private async Task AddAsync(ManifestContent content, Manifest manifest, int depth, CancellationToken cancellationToken)
    {
        Count(content.Bytes.Length);
        _blobs.Add(content.Digest, new OciBlob(content.Digest, FileContent.FromBytes(content.Bytes)));
        if (manifest is ImageManifest image)
        {
            foreach (var blob in image.Layers.Prepend(image.Configuration))
            {
                await AddBlobAsync(blob, cancellationToken).ConfigureAwait(false);
            }
        }
        else if (manifest is ImageIndex index)
        {
            manifests.CheckDepth(reference, depth);
            foreach (var descriptor in index.Manifests.Where(descriptor => !_blobs.ContainsKey(descriptor.Digest)))
            {
                await AddEntryAsync(descriptor, depth + 1, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task AddEntryAsync(OciDescriptor descriptor, int depth, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (MediaTypes.IsManifestOrIndex(descriptor.MediaType))
        {
            var (below, parsed) = await manifests.ReadAsync(reference, descriptor, cancellationToken).ConfigureAwait(false);
            await AddAsync(below, parsed, depth, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await AddBlobAsync(descriptor, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task AddBlobAsync(OciDescriptor descriptor, CancellationToken cancellationToken)
    {
        if (!_blobs.ContainsKey(descriptor.Digest))
        {
            Count(descriptor.Size);
            var blob = await store.OpenAsync(reference, descriptor, cancellationToken).ConfigureAwait(false);
            _blobs.Add(descriptor.Digest, new OciBlob(descriptor.Digest, new FileContent(blob, 0, blob.Length)));
        }
    }

    /// <summary>Counts a blob before it is fetched.</summary>
    private void Count(long size)
    {
        var limits = manifests.Limits;
        if (_blobs.Count == limits.MaxImageBlobs)
        {
            throw new IntegrityException(
                $"{reference} has more than {limits.MaxImageBlobs} blobs in all its platforms (limit {nameof(InputLimits.MaxImageBlobs)}).");
        }

        if (size > limits.MaxImageSize - _size)
        {
            throw new IntegrityException(
                $"{reference} has more than {limits.MaxImageSize} bytes in all its platforms (limit {nameof(InputLimits.MaxImageSize)}).");
        }

        _size += size;
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
        if (selected.Length == index.Manifests.Length && index.Problems.IsEmpty)
        {
            return (root, index);
        }

        var json = LayoutIndex.Serialize(index.MediaType, selected.Select(static descriptor => descriptor.ToJson()));
        return (new ManifestContent(Digest.OfSha256(json), index.MediaType, json), new ImageIndex(index.MediaType, selected));
    }
}
