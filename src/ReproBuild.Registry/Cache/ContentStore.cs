using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using ReproBuild.Core.FileSystem;
using ReproBuild.Registry.Content;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Cache;

/// <summary>Verified content of a provider, by digest: from the cache where it is there, else through it.</summary>
/// <remarks>
/// The size of a stored blob is checked each time, its digest when a process first reads it: manifests as they are parsed, layers as they
/// are uncompressed. A damaged blob of the cache is fetched again, once.
/// </remarks>
internal sealed class ContentStore(
    IContentProvider provider, CachePaths paths, TemporaryFiles temporary, InputLimits limits, ILogger logger) : IDisposable
{
    private readonly SharedWork<Digest, string> _fetches = new(remember: false);
    private readonly SharedWork<Digest, FileBlob> _blobs = new(remember: true);
    private readonly ConcurrentBag<IDisposable> _opened = [];

    private bool IsLocal => provider is ILocalContentProvider;

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
        if (!IsLocal)
        {
            using var file = temporary.Create();
            await file.Stream.WriteAsync(content.Bytes, cancellationToken).ConfigureAwait(false);
            file.Publish(paths.Blob(content.Digest), replace: true);
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

        return await UseAsync<ReadOnlyMemory<byte>>(repository, descriptor, progress: null, async (path, token) =>
        {
            var bytes = await File.ReadAllBytesAsync(path, token).ConfigureAwait(false);
            return ContentHash.Of(descriptor.Digest, bytes) == descriptor.Digest ? bytes : throw new CorruptBlobException(path, descriptor);
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A blob at random access, verified; this object closes it.</summary>
    public Task<FileBlob> OpenAsync(ImageReference repository, OciDescriptor descriptor, CancellationToken cancellationToken) =>
        _blobs.GetAsync(
            descriptor.Digest,
            token => UseAsync(repository, descriptor, progress: null, (path, use) => Task.FromResult(Open(path, descriptor, use)), token),
            cancellationToken);

    /// <summary>Has the blob in a file of the right size, and again from the provider when <paramref name="use"/> finds it damaged.</summary>
    /// <param name="repository">Where it is.</param>
    /// <param name="descriptor">Which it is.</param>
    /// <param name="progress">Receives the number of bytes that arrived since the last report, or null.</param>
    /// <param name="use">Reads the file; throws <see cref="CorruptBlobException"/> when its digest is wrong.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<T> UseAsync<T>(
        ImageReference repository, OciDescriptor descriptor, IProgress<long>? progress,
        Func<string, CancellationToken, Task<T>> use, CancellationToken cancellationToken)
    {
        var path = await FetchAsync(repository, descriptor, progress, isDamaged: false, cancellationToken).ConfigureAwait(false);
        try
        {
            return await use(path, cancellationToken).ConfigureAwait(false);
        }
        catch (CorruptBlobException) when (!IsLocal)
        {
            RegistryLog.BlobDamaged(logger, descriptor.Digest);
        }

        path = await FetchAsync(repository, descriptor, progress: null, isDamaged: true, cancellationToken).ConfigureAwait(false);
        return await use(path, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes over something to be closed with this object.</summary>
    public T Own<T>(T resource)
        where T : IDisposable
    {
        _opened.Add(resource);
        return resource;
    }

    public void Dispose()
    {
        while (_opened.TryTake(out var resource))
        {
            resource.Dispose();
        }
    }

    /// <summary>A manifest that is here already, or null; one that is damaged or cannot be read counts as missing.</summary>
    public ManifestContent? TryReadManifest(Digest digest)
    {
        var file = new FileInfo(PathOf(digest));
        if (!file.Exists || file.Length > limits.MaxManifestSize)
        {
            return null;
        }

        try
        {
            var bytes = File.ReadAllBytes(file.FullName);
            if (ContentHash.Of(digest, bytes) == digest)
            {
                return new ManifestContent(digest, "", bytes);
            }
        }
        catch (Exception e) when (CacheError.IsFailure(e))
        {
            // The provider has it again, and says what is wrong otherwise.
        }

        RegistryLog.BlobDamaged(logger, digest);
        return null;
    }

    private string PathOf(Digest digest) => provider is ILocalContentProvider local ? local.GetBlobPath(digest) : paths.Blob(digest);

    private FileBlob Open(string path, OciDescriptor descriptor, CancellationToken cancellationToken)
    {
        var blob = new FileBlob(path);
        if (!ContentHash.Matches(blob, descriptor.Digest, cancellationToken))
        {
            blob.Dispose();
            throw new CorruptBlobException(path, descriptor);
        }

        return Own(blob);
    }

    private Task<string> FetchAsync(
        ImageReference repository, OciDescriptor descriptor, IProgress<long>? progress, bool isDamaged, CancellationToken cancellationToken)
    {
        var path = PathOf(descriptor.Digest);
        var file = new FileInfo(path);
        if (!isDamaged && file.Exists && file.Length == descriptor.Size)
        {
            progress?.Report(descriptor.Size);
            return Task.FromResult(path);
        }

        return IsLocal
            ? Task.FromException<string>(file.Exists ? new CorruptBlobException(path, descriptor) : Missing(path, repository, descriptor))
            : _fetches.GetAsync(descriptor.Digest, token => DownloadAsync(repository, descriptor, path, progress, token), cancellationToken);
    }

    private async Task<string> DownloadAsync(
        ImageReference repository, OciDescriptor descriptor, string path, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        using var file = temporary.Create();
        await provider.DownloadBlobAsync(repository, descriptor, file.Stream, progress, cancellationToken).ConfigureAwait(false);
        file.Publish(path, replace: true);
        return path;
    }

    private static IntegrityException Missing(string path, ImageReference repository, OciDescriptor descriptor) =>
        new(
            $"'{path}' is missing: the layout does not hold {descriptor.Digest} of {repository}. "
            + "Copy the image into it again, with all its layers.");
}

/// <summary>A stored blob does not have the digest it is stored under.</summary>
internal sealed class CorruptBlobException(string path, OciDescriptor descriptor)
    : IntegrityException(
        $"'{path}' does not hold the {descriptor.Size} bytes of {descriptor.Digest}: the file is damaged. Delete it, and fetch or copy it again.");
