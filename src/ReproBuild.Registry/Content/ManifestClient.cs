using Microsoft.Extensions.Logging;
using ReproBuild.Registry.Manifests;
using ReproBuild.Registry.Transport;

namespace ReproBuild.Registry.Content;

/// <summary>Reads manifests from one server (OCI distribution specification 1.1, "Pulling manifests").</summary>
internal sealed class ManifestClient(RegistryChannel channel, InputLimits limits, ILogger logger)
{
    private const string DigestHeader = "Docker-Content-Digest";

    /// <exception cref="ImageNotFoundException">The server has nothing under the reference.</exception>
    public async Task<ManifestContent> GetAsync(
        RegistryEndpoint endpoint, ImageReference reference, TimeBudget budget, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, endpoint, reference, budget, cancellationToken).ConfigureAwait(false);
        var mediaType = FindMediaType(endpoint, reference, response);
        var bytes = await response.ReadBodyAsync(limits.MaxManifestSize, cancellationToken).ConfigureAwait(false)
            ?? throw new IntegrityException(
                $"{reference}: the manifest that {endpoint.Name} sends is larger than InputLimits.MaxManifestSize, {limits.MaxManifestSize} bytes. "
                + "Raise the limit if the image is trusted.");
        return new ManifestContent(Verify(endpoint, reference, response, bytes), mediaType, bytes);
    }

    /// <summary>The digest the server names for a tag; null when it names none, or does not answer well, whatever the reason.</summary>
    /// <remarks>Servers may refuse HEAD and give the manifest all the same: only the answer to GET decides.</remarks>
    public async Task<Digest?> FindDigestAsync(
        RegistryEndpoint endpoint, ImageReference reference, TimeBudget budget, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendAsync(HttpMethod.Head, endpoint, reference, budget, cancellationToken).ConfigureAwait(false);
            return FindDigest(response);
        }
        catch (ReproBuildException e)
        {
            RegistryLog.HeadFailed(logger, endpoint.Name, e.Message);
            return null;
        }
    }

    private async Task<RegistryResponse> SendAsync(
        HttpMethod method, RegistryEndpoint endpoint, ImageReference reference, TimeBudget budget, CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(
            method, endpoint, endpoint.ManifestUrl(reference), endpoint.RepositoryOf(reference), $"the image {reference}")
        {
            Budget = budget,
            Accept = MediaTypes.AcceptedManifests,
        };
        try
        {
            return await channel.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException e) when (e.IsNotFound)
        {
            throw new ImageNotFoundException(reference, e.Message, e);
        }
    }

    private static string FindMediaType(RegistryEndpoint endpoint, ImageReference reference, RegistryResponse response)
    {
        var mediaType = response.ContentHeaders.ContentType?.MediaType ?? "";
        return !MediaTypes.IsDockerSchema1(mediaType) ? mediaType : throw RegistryErrors.Answer(
            response,
            $"{reference}: {endpoint.Name} has this image only as a Docker schema 1 manifest, which is obsolete and not supported. "
            + "Push it again with a current tool.");
    }

    private static Digest Verify(RegistryEndpoint endpoint, ImageReference reference, RegistryResponse response, byte[] bytes)
    {
        // What is asked for by digest needs no hint; for a tag the server's own word is all there is to verify.
        if ((reference.Digest ?? FindDigest(response)) is not { } wanted)
        {
            return Digest.OfSha256(bytes);
        }

        var got = ContentHash.Of(wanted, bytes);
        return got == wanted ? wanted : throw new IntegrityException(
            $"{reference}: the manifest from {endpoint.Name} has the digest {got} instead of {wanted} ({bytes.Length} bytes). "
            + "The registry or something on the way to it changes content: try again, or use another mirror.");
    }

    private static Digest? FindDigest(RegistryResponse response) =>
        response.Headers.NonValidated.TryGetValues(DigestHeader, out var values) && Digest.TryParse(values.ToString().Trim(), out var digest)
            ? digest
            : null;
}
