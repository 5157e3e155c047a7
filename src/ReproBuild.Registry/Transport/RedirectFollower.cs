using System.Net;
using System.Net.Http.Headers;

namespace ReproBuild.Registry.Transport;

/// <summary>Follows redirects, and drops the authorization for good as soon as one leads to another scheme, host or port.</summary>
internal sealed class RedirectFollower(HttpExchange exchange)
{
    /// <summary>How many redirects one request may take.</summary>
    public const int MaxRedirects = 10;

    /// <summary>Sends a request; the answer's address tells where it led.</summary>
    /// <exception cref="RegistryException">There was no answer, or a redirect is not acceptable.</exception>
    public Task<RegistryResponse> SendAsync(
        RegistryRequest request, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken) =>
        FollowAsync(request.Url, authorization, request.CreateMessage, static (_, _) => null, request.Budget, cancellationToken);

    /// <summary>Asks a token server by GET. Its redirects lead to itself or to another server over <c>https</c>, which gets no credentials.</summary>
    /// <exception cref="RegistryException">There was no answer, or a redirect is not acceptable.</exception>
    public Task<RegistryResponse> GetTokenAsync(
        Uri url, AuthenticationHeaderValue? authorization, TimeBudget budget, CancellationToken cancellationToken) =>
        FollowAsync(url, authorization, CreateTokenMessage, FindTokenProblem, budget, cancellationToken);

    /// <summary>Whether the status is a redirect.</summary>
    public static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private async Task<RegistryResponse> FollowAsync(
        Uri url,
        AuthenticationHeaderValue? authorization,
        Func<Uri, AuthenticationHeaderValue?, HttpRequestMessage> create,
        Func<Uri, Uri, string?> findProblem,
        TimeBudget budget,
        CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            var response = await exchange.SendAsync(create(url, authorization), budget, cancellationToken).ConfigureAwait(false);
            if (!IsRedirect(response.Status))
            {
                return response;
            }

            using (response)
            {
                if (redirects == MaxRedirects)
                {
                    throw RegistryErrors.Redirect(response, $"it was redirected more than {MaxRedirects} times");
                }

                var target = FindTarget(response, url);
                if (findProblem(url, target) is { } problem)
                {
                    throw RegistryErrors.Redirect(response, problem);
                }

                authorization = UrlRules.SameOrigin(url, target) ? authorization : null;
                url = target;
            }
        }
    }

    private static HttpRequestMessage CreateTokenMessage(Uri url, AuthenticationHeaderValue? authorization)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, url);
        message.Headers.Authorization = authorization;
        return message;
    }

    // Who gives a token must not be easier to impersonate than the token server that the registry named.
    private static string? FindTokenProblem(Uri from, Uri to) =>
        UrlRules.SameOrigin(from, to) || to.Scheme == Uri.UriSchemeHttps ? null
        : $"the redirect of a token server leads to {to.Host.Shown()} over plain HTTP";

    private static Uri FindTarget(RegistryResponse response, Uri url)
    {
        // The header's own text: its typed form is a Uri, which rewrites it.
        string[] locations = response.Headers.NonValidated.TryGetValues("Location", out var values)
            ? [.. values.Where(static text => text.Length > 0).Distinct(StringComparer.Ordinal)]
            : [];
        return locations.Length == 0 ? throw RegistryErrors.Redirect(response, "the redirect names no address")
            : locations.Length > 1 ? throw RegistryErrors.Redirect(response, "the redirect names several addresses")
            : !ServerAddress.TryResolve(url, locations[0], out var target, out var problem)
                ? throw RegistryErrors.Redirect(response, $"the redirect {problem}")
            : url.Scheme == Uri.UriSchemeHttps && target.Scheme != Uri.UriSchemeHttps
                ? throw RegistryErrors.Redirect(response, $"the redirect leads from https to plain http on {target.Host.Shown()}")
            : target;
    }
}
