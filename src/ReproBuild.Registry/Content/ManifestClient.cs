using System.Net;
using ReproBuild.Registry.Manifests;
using ReproBuild.Registry.Transport;

namespace ReproBuild.Registry.Content;

/// <summary>Reads manifests from one server (OCI distribution specification 1.1, "Pulling manifests").</summary>
internal sealed class ManifestClient(RegistryChannel channel, InputLimits limits)
{
    private const string DigestHeader = "Docker-Content-Digest";

    /// <exception cref="ImageNotFoundException">The server has nothing under the reference.</exception>
    public async Task<ManifestContent> GetAsync(RegistryEndpoint endpoint, ImageReference reference, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, endpoint, reference, cancellationToken).ConfigureAwait(false);
        var mediaType = FindMediaType(endpoint, reference, response);
        var bytes = await response.ReadBodyAsync(limits.MaxManifestSize, cancellationToken).ConfigureAwait(false)
            ?? throw new IntegrityException(
                $"{reference}: the manifest that {endpoint.Name} sends is larger than InputLimits.MaxManifestSize, {limits.MaxManifestSize} bytes. "
                + "Raise the limit if the image is trusted.");
        return new ManifestContent(Verify(endpoint, reference, response, bytes), mediaType, bytes);
    }

    /// <summary>The digest the server names for a tag; null when it names none.</summary>
    /// <exception cref="ImageNotFoundException">The server has nothing under the reference.</exception>
    public async Task<Digest?> FindDigestAsync(RegistryEndpoint endpoint, ImageReference reference, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Head, endpoint, reference, cancellationToken).ConfigureAwait(false);
        FindMediaType(endpoint, reference, response);
        return FindDigest(response);
    }

    private async Task<RegistryResponse> SendAsync(
        HttpMethod method, RegistryEndpoint endpoint, ImageReference reference, CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(
            method, endpoint, endpoint.ManifestUrl(reference), endpoint.RepositoryOf(reference), $"the image {reference}")
        {
            Accept = MediaTypes.AcceptedManifests,
        };
        try
        {
            return await channel.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException e) when (e.StatusCode == HttpStatusCode.NotFound)
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
        Digest? verified = null;
        foreach (var wanted in (Digest?[])[FindDigest(response), reference.Digest])
        {
            if (wanted is null)
            {
                continue;
            }

            var got = ContentHash.Of(wanted, bytes);
            verified = got == wanted ? wanted : throw new IntegrityException(
                $"{reference}: the manifest from {endpoint.Name} has the digest {got} instead of {wanted} ({bytes.Length} bytes). "
                + "The registry or something on the way to it changes content: try again, or use another mirror.");
        }

        return verified ?? Digest.OfSha256(bytes);
    }

    private static Digest? FindDigest(RegistryResponse response) =>
        response.Headers.NonValidated.TryGetValues(DigestHeader, out var values) && Digest.TryParse(values.ToString().Trim(), out var digest)
            ? digest
            : null;
}
