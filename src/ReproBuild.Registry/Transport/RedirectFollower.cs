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
    public async Task<RegistryResponse> SendAsync(
        RegistryRequest request, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        var url = request.Url;
        for (var redirects = 0; ; redirects++)
        {
            var response = await exchange.SendAsync(request.CreateMessage(url, authorization), cancellationToken).ConfigureAwait(false);
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
                authorization = UrlRules.SameOrigin(url, target) ? authorization : null;
                url = target;
            }
        }
    }

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

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
                ? throw RegistryErrors.Redirect(response, $"the redirect leads from https to plain http on {target.Host}")
            : target;
    }
}
