using System.Net;
using ReproBuild.Registry.Transport;

namespace ReproBuild.Registry.Content;

/// <summary>Reads manifests from one server (OCI distribution specification 1.1, "Pulling manifests").</summary>
internal sealed class ManifestClient(RegistryChannel channel, int maxSize)
{
    private const string DigestHeader = "Docker-Content-Digest";

    public async Task<ManifestContent> GetAsync(RegistryEndpoint endpoint, ImageReference reference, CancellationToken cancellationToken)
    {
        using var response = await channel.SendAsync(CreateRequest(HttpMethod.Get, endpoint, reference), cancellationToken).ConfigureAwait(false);
        var mediaType = FindMediaType(endpoint, reference, response);
        var bytes = await response.ReadBodyAsync(maxSize, cancellationToken).ConfigureAwait(false)
            ?? throw new IntegrityException(
                $"{reference}: the manifest that {endpoint.Name} sends is larger than InputLimits.MaxManifestSize, {maxSize} bytes. Raise the limit if the image is trusted.");
        return new ManifestContent(Verify(endpoint, reference, response, bytes), mediaType, bytes);
    }

    /// <summary>The digest the server names for a tag; null when it names none.</summary>
    public async Task<Digest?> FindDigestAsync(RegistryEndpoint endpoint, ImageReference reference, CancellationToken cancellationToken)
    {
        using var response = await channel.SendAsync(CreateRequest(HttpMethod.Head, endpoint, reference), cancellationToken).ConfigureAwait(false);
        FindMediaType(endpoint, reference, response);
        return FindDigest(response);
    }

    private static RegistryRequest CreateRequest(HttpMethod method, RegistryEndpoint endpoint, ImageReference reference) => new(
        method,
        endpoint,
        endpoint.ManifestUrl(reference.Repository, reference.Digest?.ToString() ?? reference.Tag!),
        endpoint.RepositoryName(reference.Repository),
        $"the image {reference}")
    {
        Accept = ManifestMediaTypes.Accepted,
    };

    private static string FindMediaType(RegistryEndpoint endpoint, ImageReference reference, RegistryResponse response)
    {
        var mediaType = response.ContentHeaders.ContentType?.MediaType ?? "";
        return !ManifestMediaTypes.IsSchema1(mediaType) ? mediaType : throw new RegistryException(
            $"{reference}: {endpoint.Name} has this image only as a Docker schema 1 manifest, which is obsolete and not supported. Push it again with a current tool.")
        {
            StatusCode = HttpStatusCode.OK,
            Method = response.Method.Method,
            Url = UrlRules.Redact(response.Url),
        };
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
                + "The registry or something on the way to it changes content: try again, or another mirror.");
        }

        return verified ?? Digest.OfSha256(bytes);
    }

    private static Digest? FindDigest(RegistryResponse response) =>
        response.Headers.NonValidated.TryGetValues(DigestHeader, out var values) && Digest.TryParse(values.ToString().Trim(), out var digest) ? digest : null;
}
