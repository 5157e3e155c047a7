using Microsoft.Extensions.Logging;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Cache;

/// <summary>Uncompressed layers by diff id: each is uncompressed and hashed once, and verified block by block whenever it is read.</summary>
internal sealed class LayerCache(
    ContentStore store, CachePaths paths, CacheDirectory directory, TemporaryFiles temporary, InputLimits limits, ILogger logger) : IDisposable
{
    private readonly SharedWork<Digest, Layer> _layers = new(remember: true);

    // Where layers are uncompressed when the cache cannot be written.
    private readonly ScratchSpace _scratch = new();

    /// <summary>Gets a layer, from the cache or else from its blob.</summary>
    /// <param name="repository">Where its blob is.</param>
    /// <param name="descriptor">Its blob.</param>
    /// <param name="diffId">The digest of the uncompressed layer.</param>
    /// <param name="progress">Receives the number of compressed bytes that arrived since the last report, or null.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ObjectDisposedException">The source is disposed.</exception>
    public Task<Layer> GetAsync(
        ImageReference repository, OciDescriptor descriptor, Digest diffId, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        store.ThrowIfDisposed();
        var ingest = new LayerIngest(repository, descriptor, store.Files.PathOf(descriptor.Digest), diffId, limits);
        return _layers.GetAsync(diffId, token => FindOrIngestAsync(ingest, progress, token), cancellationToken);
    }

    public void Dispose() => _scratch.Dispose();

    private async Task<Layer> FindOrIngestAsync(LayerIngest ingest, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var found = await FindAsync(ingest.DiffId, cancellationToken).ConfigureAwait(false);
        if (found is not null)
        {
            progress?.Report(ingest.Descriptor.Size);
        }

        var (record, archive) = found ?? await IngestAsync(ingest, progress, cancellationToken).ConfigureAwait(false);
        return new Layer(record.DiffId, store.Own(new LayerArchive(record, archive, () => Remake(ingest))), record.Index);
    }

    private async Task<StoredLayer?> FindAsync(Digest diffId, CancellationToken cancellationToken)
    {
        if (directory.TryOpen(paths.LayerArchive(diffId)) is not { } archive)
        {
            return null;
        }

        try
        {
            var record = TryLoadRecord(diffId) ?? await MakeRecordAsync(diffId, archive, cancellationToken).ConfigureAwait(false);
            if (record.Checksums.Length == archive.Length)
            {
                return new StoredLayer(record, archive);
            }
        }
        catch (Exception e) when (e is IntegrityException or IOException)
        {
            // It is made again from its blob, which says what is wrong if that fails too.
        }
        catch
        {
            archive.Dispose();
            throw;
        }

        archive.Dispose();
        RegistryLog.LayerDamaged(logger, diffId);
        return null;
    }

    private LayerRecord? TryLoadRecord(Digest diffId)
    {
        using var file = directory.TryOpen(paths.LayerIndex(diffId));
        if (file is null)
        {
            return null;
        }

        try
        {
            using var stream = new FileContent(file, 0, file.Length).OpenRead();
            return LayerRecord.Load(stream, diffId, limits);
        }
        catch (Exception e) when (e is IntegrityException or IOException)
        {
            return null;
        }
    }

    private async Task<LayerRecord> MakeRecordAsync(Digest diffId, FileBlob archive, CancellationToken cancellationToken)
    {
        var stream = new FileContent(archive, 0, archive.Length).OpenRead();
        await using (stream.ConfigureAwait(false))
        {
            var record = await LayerRecord.ReadAsync(stream, diffId, limits, cancellationToken).ConfigureAwait(false);
            TrySaveRecord(record);
            return record;
        }
    }

    private async Task<StoredLayer> IngestAsync(LayerIngest ingest, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        try
        {
            return await IngestIntoCacheAsync(ingest, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (CacheException e) when (e.IsReadOnly && store.Files.IsHere(ingest.Descriptor))
        {
            RegistryLog.LayerNotStored(logger, ingest.DiffId, e.Message);
            return await IngestIntoScratchAsync(ingest, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<StoredLayer> IngestIntoScratchAsync(LayerIngest ingest, CancellationToken cancellationToken) =>
        store.UseAsync(ingest.Repository, ingest.Descriptor, progress: null, async (blob, token) =>
        {
            using var source = blob;
            LayerRecord? record = null;
            var archive = await _scratch.CreateAsync(
                async (stream, use) => record = await ingest.RunAsync(source, stream, use).ConfigureAwait(false), token).ConfigureAwait(false);
            return new StoredLayer(record!, Blob.FromContent(archive));
        }, cancellationToken);

    private async Task<StoredLayer> IngestIntoCacheAsync(LayerIngest ingest, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var path = paths.LayerArchive(ingest.DiffId);
        var record = await store.UseAsync(ingest.Repository, ingest.Descriptor, progress, async (blob, token) =>
        {
            using var source = blob;
            using var archive = temporary.Create();
            var read = await ingest.RunAsync(source, archive.Stream, token).ConfigureAwait(false);
            archive.Publish(path, isAddressed: true);
            return read;
        }, cancellationToken).ConfigureAwait(false);
        TrySaveRecord(record);
        RegistryLog.LayerStored(logger, ingest.DiffId);

        // By its path again: whatever is there now, each block is compared with what was hashed.
        return new StoredLayer(record, directory.TryOpen(path) ?? throw new CacheException(
            $"'{path}' is gone although it was just written: something else deletes files of the image cache. Build again."));
    }

    /// <summary>Makes an archive again that turned out to be damaged while it is read, from its blob, which is fetched if it is gone.</summary>
    private Blob Remake(LayerIngest ingest)
    {
        RegistryLog.LayerDamaged(logger, ingest.DiffId);
        try
        {
            // Readers are synchronous. This is rare: a power failure, a disk that decays. Windows does not replace a file that is open.
            return Task.Run(() => OperatingSystem.IsWindows()
                ? IngestIntoScratchAsync(ingest, CancellationToken.None)
                : IngestAsync(ingest, progress: null, CancellationToken.None)).GetAwaiter().GetResult().Archive;
        }
        catch (ReproBuildException e)
        {
            // The next build does not take it for whole until it reads it.
            directory.TryDelete(paths.LayerArchive(ingest.DiffId));
            throw new IntegrityException(
                $"The uncompressed layer {ingest.DiffId} in the image cache is damaged, and cannot be made again: {e.Message.TrimEnd('.')}. "
                + "It was removed: build again when its image can be fetched.", e);
        }
    }

    private void TrySaveRecord(LayerRecord record)
    {
        try
        {
            using var file = temporary.Create();
            record.Save(file.Stream);
            file.Publish(paths.LayerIndex(record.DiffId), isAddressed: true);
        }
        catch (CacheException e)
        {
            // A later build reads the archive again.
            RegistryLog.CacheFileUnusable(logger, paths.LayerIndex(record.DiffId), e.Message);
        }
    }

    private sealed record StoredLayer(LayerRecord Record, Blob Archive);
}
