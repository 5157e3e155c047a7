using Microsoft.Extensions.Logging;
using ReproBuild.Core.FileSystem;
using ReproBuild.Registry.Content;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Cache;

/// <summary>Verified content of a provider, by digest: from the cache where it is there, else through it.</summary>
/// <remarks>
/// The digest is computed from what is used: of a small blob from the bytes in memory, of a layer's while it is uncompressed; a blob that is
/// kept open is verified again by the checksums of its blocks whenever it is read. A damaged or unreadable blob of the cache is fetched again, once.
/// </remarks>
internal sealed class ContentStore(
    IContentProvider provider, CachePaths paths, CacheDirectory directory, TemporaryFiles temporary, InputLimits limits, ILogger logger)
    : IDisposable
{
    private static readonly TimeSpan FetchPatience = TimeSpan.FromMinutes(10);

    private readonly SharedWork<Digest, bool> _fetches = new(remember: false);
    private readonly SharedWork<Digest, VerifiedBlob> _blobs = new(remember: true);
    private readonly Lock _gate = new();
    private readonly List<IDisposable> _opened = [];
    private bool _isDisposed;

    /// <summary>Where the blobs are.</summary>
    public BlobFiles Files { get; } = new(provider, paths, directory, limits);

    /// <summary>A manifest by the digest of the reference.</summary>
    public async Task<ManifestContent> GetManifestAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        var digest = reference.Digest!;
        return TryReadManifest(digest) ?? await FetchManifestAsync(reference, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The manifest of a tag as the provider has it now; fetched only when it is not here already.</summary>
    public async Task<ManifestContent> RefreshManifestAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        ManifestContent? known = null;
        var content = await provider
            .RefreshManifestAsync(reference, digest => known = TryReadManifest(digest), cancellationToken).ConfigureAwait(false);
        return ReferenceEquals(content, known) ? content : await KeepAsync(content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks the provider for a manifest and keeps what it answers.</summary>
    public async Task<ManifestContent> FetchManifestAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        var content = await provider.GetManifestAsync(reference, cancellationToken).ConfigureAwait(false);
        return await KeepAsync(content, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ManifestContent> KeepAsync(ManifestContent content, CancellationToken cancellationToken)
    {
        try
        {
            if (!Files.IsLocal)
            {
                using var file = temporary.Create();
                await file.Stream.WriteAsync(content.Bytes, cancellationToken).ConfigureAwait(false);
                file.Publish(paths.Blob(content.Digest), isAddressed: true);
            }
        }
        catch (CacheException e) when (e.IsReadOnly)
        {
            // It is in memory, and what else the build needs may be here.
            RegistryLog.CacheFileUnusable(logger, paths.Blob(content.Digest), e.Message);
        }

        return content;
    }

    /// <summary>A small blob, whole.</summary>
    /// <param name="repository">Where it is.</param>
    /// <param name="descriptor">Which it is; a larger one than <see cref="InputLimits.MaxManifestSize"/> is an error.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(ImageReference repository, OciDescriptor descriptor, CancellationToken cancellationToken)
    {
        if (descriptor.Size > limits.MaxManifestSize)
        {
            throw new IntegrityException(
                $"{descriptor.Digest} of {repository} has {descriptor.Size} bytes, "
                + $"more than {limits.MaxManifestSize} (limit {nameof(InputLimits.MaxManifestSize)}).");
        }

        return await UseAsync<ReadOnlyMemory<byte>>(repository, descriptor, progress: null, (blob, _) =>
        {
            using (blob)
            {
                var bytes = new byte[descriptor.Size];
                return blob.Read(0, bytes) == bytes.Length && ContentHash.Of(descriptor.Digest, bytes) == descriptor.Digest
                    ? Task.FromResult<ReadOnlyMemory<byte>>(bytes)
                    : throw Files.Corrupt(descriptor);
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A blob at random access, verified as a whole and then as it is read; this object closes it.</summary>
    public Task<VerifiedBlob> OpenAsync(ImageReference repository, OciDescriptor descriptor, CancellationToken cancellationToken) =>
        _blobs.GetAsync(
            descriptor.Digest,
            token => UseAsync(repository, descriptor, progress: null, (blob, use) => Task.FromResult(Verify(blob, descriptor, use)), token),
            cancellationToken);

    /// <summary>Has the blob open with its right size, and again from the provider when <paramref name="use"/> finds it damaged.</summary>
    /// <param name="repository">Where it is.</param>
    /// <param name="descriptor">Which it is.</param>
    /// <param name="progress">Receives the number of bytes that arrived since the last report, or null.</param>
    /// <param name="use">Reads and closes the blob; throws <see cref="CorruptBlobException"/> when its digest is wrong.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<T> UseAsync<T>(
        ImageReference repository, OciDescriptor descriptor, IProgress<long>? progress,
        Func<FileBlob, CancellationToken, Task<T>> use, CancellationToken cancellationToken)
    {
        var blob = Files.TryOpen(repository, descriptor);
        if (blob is null)
        {
            blob = await FetchAsync(repository, descriptor, progress, isDamaged: false, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            progress?.Report(descriptor.Size);
        }

        try
        {
            return await use(blob, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!Files.IsLocal && e is CorruptBlobException or IOException)
        {
            RegistryLog.BlobDamaged(logger, descriptor.Digest);
        }
        catch (IOException e)
        {
            throw Files.Unreadable(descriptor, e);
        }

        blob = await FetchAsync(repository, descriptor, progress: null, isDamaged: true, cancellationToken).ConfigureAwait(false);
        try
        {
            return await use(blob, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw Files.Unreadable(descriptor, e);
        }
    }

    /// <summary>Takes over something to be closed with this object.</summary>
    /// <exception cref="ObjectDisposedException">This object is disposed already.</exception>
    public T Own<T>(T resource)
        where T : IDisposable
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _opened.Add(resource);
                return resource;
            }
        }

        resource.Dispose();
        throw new ObjectDisposedException(nameof(IImageSource));
    }

    /// <exception cref="ObjectDisposedException">This object is disposed.</exception>
    public void ThrowIfDisposed()
    {
        lock (_gate)
        {
            // What the caller knows is the source of images that this belongs to.
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(IImageSource));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _opened.ForEach(static resource => resource.Dispose());
            _opened.Clear();
        }
    }

    /// <summary>A manifest that is here already, or null; one that is damaged or cannot be read counts as missing.</summary>
    public ManifestContent? TryReadManifest(Digest digest)
    {
        if (Files.TryReadManifest(digest) is not { } bytes)
        {
            return null;
        }

        if (ContentHash.Of(digest, bytes) == digest)
        {
            return new ManifestContent(digest, "", bytes);
        }

        RegistryLog.BlobDamaged(logger, digest);
        return null;
    }

    private VerifiedBlob Verify(FileBlob blob, OciDescriptor descriptor, CancellationToken cancellationToken)
    {
        try
        {
            var checksums = ContentHash.Verify(blob, descriptor.Digest, cancellationToken)
                ?? throw Files.Corrupt(descriptor);
            return Own(new VerifiedBlob(blob, checksums, $"'{Files.PathOf(descriptor.Digest)}'"));
        }
        catch
        {
            blob.Dispose();
            throw;
        }
    }

    private async Task<FileBlob> FetchAsync(
        ImageReference repository, OciDescriptor descriptor, IProgress<long>? progress, bool isDamaged, CancellationToken cancellationToken)
    {
        await _fetches.GetAsync(descriptor.Digest, async token =>
        {
            // One of all who use the cache fetches it, and the others wait. Should that one hang, fetching it twice does no harm.
            using var turn = await CacheLock.TryTakeAsync(paths.FetchLock(descriptor.Digest), directory, FetchPatience, token).ConfigureAwait(false);
            if (!isDamaged && Files.IsHere(descriptor))
            {
                progress?.Report(descriptor.Size);
            }
            else
            {
                using var file = temporary.Create();
                await provider.DownloadBlobAsync(repository, descriptor, file.Stream, progress, token).ConfigureAwait(false);
                file.Publish(paths.Blob(descriptor.Digest), isAddressed: true);
            }

            return true;
        }, cancellationToken).ConfigureAwait(false);
        return Files.TryOpen(repository, descriptor) ?? throw Files.Corrupt(descriptor);
    }
}
