using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ReproBuild.Registry.Manifests;
using ReproBuild.Registry.Transport;

namespace ReproBuild.Registry.Content;

/// <summary>Content from registries over the OCI distribution protocol: each registry's mirrors in order, then the registry itself.</summary>
internal sealed class RegistryClient : IContentProvider, IDisposable
{
    private readonly RegistryOptions _options;
    private readonly ILogger _logger;
    private readonly RegistryChannel _channel;
    private readonly RetryPolicy _retries;
    private readonly ManifestClient _manifests;
    private readonly MirrorPauses _pauses;

    /// <summary>Creates a client; certificate authorities are read now, credentials when a registry asks for them.</summary>
    /// <exception cref="InvalidOptionException">An option is out of its range.</exception>
    /// <exception cref="ReproBuildException">A file of certificate authorities cannot be read.</exception>
    public RegistryClient(RegistryOptions options, ILogger? logger = null, TimeProvider? clock = null)
    {
        options.Validate();
        var time = clock ?? SystemClock;
        (_options, _logger) = (options, logger ?? NullLogger.Instance);
        _channel = new RegistryChannel(options, _logger, time);
        _retries = new RetryPolicy(options, _logger, time);
        _manifests = new ManifestClient(_channel, options.Limits, _logger);
        _pauses = new MirrorPauses(options.MirrorPause, time);
    }

    // The clock decides only when a token is renewed, how long a retry waits, what takes too long, and what the cache deletes first. Manifests and
    // blobs are verified by digest or kept as they arrive, so its value cannot reach an output.
#pragma warning disable RS0030
    public static TimeProvider SystemClock => TimeProvider.System;
#pragma warning restore RS0030

    public Task<ManifestContent> GetManifestAsync(ImageReference reference, CancellationToken cancellationToken) =>
        AskInOrderAsync(
            reference,
            endpoint => GetAsync(endpoint, reference, cancellationToken),
            cancellationToken);

    /// <remarks>
    /// HEAD may tell the digest, and then the place is asked for that only: what arrives is verified by it. When it tells none, its GET decides.
    /// </remarks>
    public Task<ManifestContent> RefreshManifestAsync(
        ImageReference reference, Func<Digest, ManifestContent?> find, CancellationToken cancellationToken) =>
        AskInOrderAsync(
            reference,
            async endpoint =>
            {
                var digest = await _manifests.FindDigestAsync(endpoint, reference, _retries.NewBudget(), cancellationToken).ConfigureAwait(false);
                return digest is null
                    ? await GetAsync(endpoint, reference, cancellationToken).ConfigureAwait(false)
                    : find(digest) ?? await GetKnownAsync(endpoint, reference, digest, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);

    private async Task<ManifestContent> GetKnownAsync(
        RegistryEndpoint endpoint, ImageReference reference, Digest digest, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync(endpoint, reference.WithDigest(digest), cancellationToken).ConfigureAwait(false);
        }
        catch (ImageNotFoundException)
        {
            // There are places that find manifests by their tags only. What they give must be what they said.
            var content = await GetAsync(endpoint, reference, cancellationToken).ConfigureAwait(false);
            return content.Digest == digest ? content : throw new IntegrityException(
                $"{reference}: {endpoint.Name} says that the manifest has the digest {digest}, and sends one that has {content.Digest}. "
                + "The tag has just moved, or something on the way changes content: try again, or use another mirror.");
        }
    }

    private Task<ManifestContent> GetAsync(RegistryEndpoint endpoint, ImageReference reference, CancellationToken cancellationToken) =>
        _retries.ExecuteAsync((budget, token) => _manifests.GetAsync(endpoint, reference, budget, token), cancellationToken);

    public async Task DownloadBlobAsync(
        ImageReference repository, OciDescriptor descriptor, Stream destination, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        using var receiver = new BlobReceiver(repository, descriptor, destination, progress);
        await AskInOrderAsync(
            repository,
            async endpoint =>
            {
                receiver.Restart();
                await new BlobDownload(_channel, _retries, _options, _logger, endpoint, repository, descriptor, receiver)
                    .RunAsync(cancellationToken).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _channel.Dispose();

    /// <summary>Whatever is wrong with a mirror, the next place is asked; what is wrong with the registry itself is the error.</summary>
    private async Task<T> AskInOrderAsync<T>(
        ImageReference reference, Func<RegistryEndpoint, Task<T>> ask, CancellationToken cancellationToken)
    {
        if (_options.Offline)
        {
            throw new RegistryException(
                $"{reference} is not in the cache, and RegistryOptions.Offline forbids asking {reference.Registry}. Fetch it once while online.");
        }

        var endpoints = RegistryEndpoint.Select(reference.Registry, _options);
        foreach (var mirror in endpoints.SkipLast(1).Where(mirror => !_pauses.IsPaused(mirror)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return await ask(mirror).ConfigureAwait(false);
            }
            catch (ReproBuildException e)
            {
                _pauses.Count(mirror, e);
                RegistryLog.MirrorFailed(_logger, mirror.Name, e.Message);
            }
        }

        return await ask(endpoints[^1]).ConfigureAwait(false);
    }
}
