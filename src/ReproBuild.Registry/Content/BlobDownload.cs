using System.Buffers;
using System.Globalization;
using System.Net;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using ReproBuild.Registry.Manifests;
using ReproBuild.Registry.Transport;

namespace ReproBuild.Registry.Content;

/// <summary>Downloads one blob from one server (OCI distribution specification 1.1, "Pulling blobs").</summary>
/// <remarks>
/// It is resumed by range (RFC 9110, section 14). A blob never changes under its digest, so that needs no <c>If-Range</c>.
/// </remarks>
internal sealed class BlobDownload(
    RegistryChannel channel,
    RetryPolicy retries,
    RegistryOptions options,
    ILogger logger,
    RegistryEndpoint endpoint,
    ImageReference repository,
    OciDescriptor descriptor,
    BlobReceiver receiver)
{
    private const int BufferSize = 128 * 1024;

    // A connection that brings less than both is not worth its request.
    private const int WorthwhileBytes = 1024 * 1024;
    private const int WorthwhilePart = 16;

    private bool _serverDoesRanges = true;
    private bool _rangeFailed;

    // A body that is encoded unasked is decoded, unless its length is the blob's: then only its label is wrong.
    private bool _wasEncoded;
    private bool _ignoreLabel;

    /// <summary>As long as connections bring a good part of it the download is resumed at once; others count as retries, and wait.</summary>
    /// <exception cref="ReproBuildException">The blob cannot be had, is truncated, or its digest is wrong.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReceiveAllAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ReproBuildException e) when (_wasEncoded && e is not RegistryException { IsTransient: true })
        {
            // Labels of codings are often wrong, and only the digest tells.
            _ignoreLabel = true;
            receiver.Restart();
            await ReceiveUnlabelledAsync(ExceptionDispatchInfo.Capture(e), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ReceiveUnlabelledAsync(ExceptionDispatchInfo decoded, CancellationToken cancellationToken)
    {
        try
        {
            await ReceiveAllAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IntegrityException)
        {
            decoded.Throw();
        }
    }

    private async Task ReceiveAllAsync(CancellationToken cancellationToken)
    {
        var (resumes, fruitless) = (0, 0);
        while (await ReceiveAsync(cancellationToken).ConfigureAwait(false) is { } failure)
        {
            fruitless = failure.IsWorthwhile ? 0 : fruitless + 1;
            if (fruitless > options.MaxRetries)
            {
                throw failure.Error;
            }

            if (++resumes > options.MaxResumes)
            {
                throw RegistryErrors.WithHint(
                    failure.Error, $"It was resumed {options.MaxResumes} times, which is as often as RegistryOptions.MaxResumes allows.");
            }

            RegistryLog.Resuming(logger, descriptor.Digest, receiver.Received, descriptor.Size);
            if (fruitless > 0)
            {
                await retries.WaitAsync(failure.Error, fruitless - 1, cancellationToken).ConfigureAwait(false);
            }
        }

        receiver.Verify();
    }

    /// <summary>Reads from one connection; what broke it, and whether it brought a good part, or null when everything is there.</summary>
    private async Task<(RegistryException Error, bool IsWorthwhile)?> ReceiveAsync(CancellationToken cancellationToken)
    {
        var before = receiver.Farthest;
        using var response = await retries.ExecuteAsync(RequestAsync, cancellationToken).ConfigureAwait(false);
        RegistryException? broken = null;
        try
        {
            await CopyAsync(response, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException e) when (e.IsTransient)
        {
            broken = e;
        }

        return receiver.IsComplete ? null
            : (Truncated(response, broken), receiver.Farthest - before >= Math.Clamp(descriptor.Size / WorthwhilePart, 1, WorthwhileBytes));
    }

    private async Task<RegistryResponse> RequestAsync(TimeBudget budget, CancellationToken cancellationToken)
    {
        if (receiver.Received > 0 && !_serverDoesRanges)
        {
            receiver.Restart();
        }

        if (receiver.Received == 0)
        {
            return await RequestWholeAsync(budget, cancellationToken).ConfigureAwait(false);
        }

        var response = await TryRequestRestAsync(budget, cancellationToken).ConfigureAwait(false);
        if (response is { Status: HttpStatusCode.PartialContent, IsEncoded: false } && StartsAt(response, receiver.Received))
        {
            _rangeFailed = false;
            return response;
        }

        _serverDoesRanges = false;
        receiver.Restart();
        if (response is { Status: HttpStatusCode.OK or HttpStatusCode.NonAuthoritativeInformation })
        {
            return CheckLength(response);
        }

        response?.Dispose();
        return await RequestWholeAsync(budget, cancellationToken).ConfigureAwait(false);
    }

    private async Task<RegistryResponse> RequestWholeAsync(TimeBudget budget, CancellationToken cancellationToken) =>
        CheckLength(await channel.SendAsync(CreateRequest(0, budget), cancellationToken).ConfigureAwait(false));

    /// <summary>Asks for what is missing; null when the server does not give it, whatever the reason: the whole may be had all the same.</summary>
    private async Task<RegistryResponse?> TryRequestRestAsync(TimeBudget budget, CancellationToken cancellationToken)
    {
        try
        {
            return await channel.SendAsync(CreateRequest(receiver.Received, budget), cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException e) when (e.StatusCode is not null && (_rangeFailed || !IsPassing(e.StatusCode.Value)))
        {
            return null;
        }
        catch (RegistryException e) when (e.StatusCode is not null)
        {
            // Once more with the range, since starting over is expensive.
            _rangeFailed = true;
            throw;
        }
    }

    private static bool IsPassing(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private RegistryRequest CreateRequest(long start, TimeBudget budget) => new(
        HttpMethod.Get,
        endpoint,
        endpoint.BlobUrl(repository, descriptor.Digest),
        endpoint.RepositoryOf(repository),
        BlobReceiver.NameOf(repository, descriptor))
    {
        Budget = budget,
        RangeStart = start,
    };

    private bool StartsAt(RegistryResponse response, long start) =>
        response.ContentHeaders.ContentRange is { HasRange: true, Unit: "bytes" } range
        && range.From == start && (range.Length ?? descriptor.Size) == descriptor.Size;

    private RegistryResponse CheckLength(RegistryResponse response)
    {
        var isWhole = response.Status is HttpStatusCode.OK or HttpStatusCode.NonAuthoritativeInformation
            || (response.Status == HttpStatusCode.PartialContent && StartsAt(response, 0));
        if (isWhole && (HasLength(response) || (response.IsEncoded && !_ignoreLabel)))
        {
            return response;
        }

        using (response)
        {
            throw new IntegrityException(string.Create(
                CultureInfo.InvariantCulture,
                $"{endpoint.Name}: {BlobReceiver.NameOf(repository, descriptor)} must have {descriptor.Size} bytes, but the server announces "
                + $"{response.ContentHeaders.ContentLength} (status {(int)response.Status}). It is truncated or not the same content: "
                + $"push the image again, or use a mirror."));
        }
    }

    private bool HasLength(RegistryResponse response) =>
        (response.ContentHeaders.ContentLength ?? descriptor.Size) == descriptor.Size;

    private async Task CopyAsync(RegistryResponse response, CancellationToken cancellationToken)
    {
        var decode = response.IsEncoded && !_ignoreLabel && response.ContentHeaders.ContentLength != descriptor.Size;
        if (decode)
        {
            // A place in the decoded bytes is none in the encoded ones.
            (_wasEncoded, _serverDoesRanges) = (true, false);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using var body = await response.OpenBodyAsync(cancellationToken, decode).ConfigureAwait(false);
            while (await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
            {
                await receiver.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private RegistryException Truncated(RegistryResponse response, RegistryException? broken) => RegistryErrors.Answer(
        response,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{endpoint.Name}: {BlobReceiver.NameOf(repository, descriptor)} is truncated: {receiver.Received} of {descriptor.Size} bytes arrived. "
            + $"Try again, or use a mirror."),
        broken,
        transient: true);
}
