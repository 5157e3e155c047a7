using System.Net.Http.Headers;

namespace ReproBuild.Registry.Transport;

/// <summary>A request that can be made again: on a retry, after a challenge, and to where a redirect leads.</summary>
/// <param name="Method">GET or HEAD.</param>
/// <param name="Endpoint">The server.</param>
/// <param name="Url">The address on it.</param>
/// <param name="Repository">The name of the repository on it.</param>
/// <param name="Subject">What is asked for, as messages name it.</param>
internal sealed record RegistryRequest(HttpMethod Method, RegistryEndpoint Endpoint, Uri Url, string Repository, string Subject)
{
    /// <summary>The time for it, with its redirects, tokens and retries.</summary>
    public required TimeBudget Budget { get; init; }

    /// <summary>The media types that are understood; empty for any.</summary>
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>The first byte to send; 0 asks for everything.</summary>
    public long RangeStart { get; init; }

    /// <summary>A message for one exchange with one server.</summary>
    public HttpRequestMessage CreateMessage(Uri url, AuthenticationHeaderValue? authorization)
    {
        var message = new HttpRequestMessage(Method, url);
        message.Headers.Authorization = authorization;
        foreach (var mediaType in Accept)
        {
            message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(mediaType));
        }

        if (RangeStart > 0)
        {
            message.Headers.Range = new RangeHeaderValue(RangeStart, null);
        }

        return message;
    }
}
