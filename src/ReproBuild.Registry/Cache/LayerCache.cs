using Microsoft.Extensions.Logging;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;
using ReproBuild.Registry.Content;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Cache;

/// <summary>Uncompressed layers by diff id: each is uncompressed once, and hashed once by every process that uses it.</summary>
internal sealed class LayerCache(ContentStore store, CachePaths paths, TemporaryFiles temporary, InputLimits limits, ILogger logger)
{
    private readonly SharedWork<Digest, Layer> _layers = new(remember: true);

    /// <summary>Gets a layer, from the cache or else from its blob.</summary>
    /// <param name="repository">Where its blob is.</param>
    /// <param name="descriptor">Its blob.</param>
    /// <param name="diffId">The digest of the uncompressed layer.</param>
    /// <param name="progress">Receives the number of compressed bytes that arrived since the last report, or null.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<Layer> GetAsync(
        ImageReference repository, OciDescriptor descriptor, Digest diffId, IProgress<long>? progress, CancellationToken cancellationToken) =>
        _layers.GetAsync(diffId, token => FindOrIngestAsync(repository, descriptor, diffId, progress, token), cancellationToken);

    private async Task<Layer> FindOrIngestAsync(
        ImageReference repository, OciDescriptor descriptor, Digest diffId, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var path = paths.LayerArchive(diffId);
        if (File.Exists(path))
        {
            var blob = new FileBlob(path);
            if (ContentHash.Matches(blob, diffId, cancellationToken))
            {
                progress?.Report(descriptor.Size);
                return new Layer(diffId, store.Own(blob), await LoadIndexAsync(diffId, blob, cancellationToken).ConfigureAwait(false));
            }

            blob.Dispose();
            RegistryLog.LayerDamaged(logger, diffId);
        }

        return await IngestAsync(repository, descriptor, diffId, progress, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Layer> IngestAsync(
        ImageReference repository, OciDescriptor descriptor, Digest diffId, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var ingest = new LayerIngest(repository, descriptor, diffId, limits);
        var index = await store.UseAsync(repository, descriptor, progress, async (blob, token) =>
        {
            using var archive = temporary.Create();
            var read = await ingest.RunAsync(blob, archive.Stream, token).ConfigureAwait(false);
            archive.Publish(paths.LayerArchive(diffId), replace: true);
            return read;
        }, cancellationToken).ConfigureAwait(false);
        SaveIndex(diffId, index);
        RegistryLog.LayerStored(logger, diffId);
        return new Layer(diffId, store.Own(new FileBlob(paths.LayerArchive(diffId))), index);
    }

    private async Task<LayerIndex> LoadIndexAsync(Digest diffId, FileBlob archive, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(paths.LayerIndex(diffId));
            return LayerIndex.Load(file, limits);
        }
        catch (Exception e) when (e is FileNotFoundException or IntegrityException)
        {
            await using var stream = new FileContent(archive, 0, archive.Length).OpenRead();
            var index = await LayerIndex.FromTarAsync(stream, limits, cancellationToken).ConfigureAwait(false);
            SaveIndex(diffId, index);
            return index;
        }
    }

    private void SaveIndex(Digest diffId, LayerIndex index)
    {
        using var file = temporary.Create();
        index.Save(file.Stream);
        file.Publish(paths.LayerIndex(diffId), replace: true);
    }
}
