using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using ReproBuild.Registry.Credentials;
using ReproBuild.Registry.Transport;

namespace ReproBuild.Registry.Authentication;

/// <summary>A token from the token server that the registry names (distribution's token authentication specification).</summary>
/// <remarks>
/// The scope is our own, <c>repository:NAME:pull</c>, whatever the registry asks for: a token that leaks must not be worth more.
/// </remarks>
internal sealed class BearerScheme(TokenClient tokens, TimeProvider clock, ILogger logger) : IAuthenticationScheme
{
    public string Name => "Bearer";

    public async Task<AuthorizationGrant?> AnswerAsync(
        Challenge challenge, RegistryRequest request, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        if (credential?.RegistryToken is { } ready)
        {
            return new AuthorizationGrant(new AuthenticationHeaderValue(Name, ready), DateTimeOffset.MaxValue);
        }

        var realm = TokenRealm.Parse(challenge.Find("realm"), request.Endpoint);
        var service = challenge.Find("service") is { Length: > 0 } named ? named : null;
        var token = await GetTokenAsync(request, realm, service, credential, cancellationToken).ConfigureAwait(false);
        return new AuthorizationGrant(new AuthenticationHeaderValue(Name, token.Value), clock.GetUtcNow() + token.Lifetime);
    }

    /// <summary>A token; one for everyone when the credentials are refused, since most images are public and passwords expire.</summary>
    private async Task<BearerToken> GetTokenAsync(
        RegistryRequest request, Uri realm, string? service, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        try
        {
            return await tokens.GetAsync(request, realm, service, credential, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException refusal) when (credential is not null && IsRefusal(refusal))
        {
            var everyones = await FindTokenForEveryoneAsync(request, realm, service, cancellationToken).ConfigureAwait(false);
            if (everyones is null)
            {
                throw;
            }

            RegistryLog.CredentialsRefused(logger, request.Endpoint.Name, credential.Source);
            return everyones;
        }
    }

    /// <summary>Null when there is none, whatever the reason: the refusal of the credentials says more.</summary>
    private async Task<BearerToken?> FindTokenForEveryoneAsync(
        RegistryRequest request, Uri realm, string? service, CancellationToken cancellationToken)
    {
        try
        {
            return await tokens.GetAsync(request, realm, service, credential: null, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException)
        {
            return null;
        }
    }

    private static bool IsRefusal(RegistryException error) =>
        error.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest;
}

/// <summary>Which token servers a registry may name.</summary>
/// <remarks>
/// Credentials go to the token server, so it must not be easier to overhear than the registry: <c>https</c> on any host (Docker Hub's
/// is not on the registry's host), or <c>http</c> when the registry itself is asked over <c>http</c> and both are the same host
/// or both are this machine. A registry could ask for the same credentials by a Basic challenge, so naming a host gains it nothing;
/// only the registry's own challenges are answered, never those of a server that it redirects to.
/// </remarks>
internal static class TokenRealm
{
    /// <summary>Checks the <c>realm</c> of a Bearer challenge.</summary>
    /// <exception cref="RegistryException">It is not an address that may be asked.</exception>
    public static Uri Parse(string? realm, RegistryEndpoint endpoint) =>
        !ServerAddress.TryResolve(null, realm, out var url, out var problem) ? throw Refused(endpoint, problem)
        : url.Scheme == Uri.UriSchemeHttp && !MayBePlain(url, endpoint.Origin)
            ? throw Refused(endpoint, $"is {url.Authority.Shown()} over plain HTTP")
        : url;

    private static bool MayBePlain(Uri realm, Uri registry) =>
        registry.Scheme == Uri.UriSchemeHttp
        && (realm.IdnHost.Equals(registry.IdnHost, StringComparison.OrdinalIgnoreCase)
            || (UrlRules.IsLoopback(realm.Authority) && UrlRules.IsLoopback(registry.Authority)));

    private static RegistryException Refused(RegistryEndpoint endpoint, string why) =>
        new($"{endpoint.Name}: the token server in the registry's challenge {why}, so it is not asked. "
            + "Use a registry whose token server speaks https, or a mirror.");
}
