using System.Net.Http.Headers;
using ReproBuild.Registry.Credentials;
using ReproBuild.Registry.Transport;

namespace ReproBuild.Registry.Authentication;

/// <summary>A token from the token server that the registry names (distribution's token authentication specification).</summary>
/// <remarks>
/// The scope is our own, <c>repository:NAME:pull</c>, whatever the registry asks for: a token that leaks must not be worth more.
/// </remarks>
internal sealed class BearerScheme(TokenClient tokens, TimeProvider clock) : IAuthenticationScheme
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
        var scope = $"repository:{request.Repository}:pull";
        var service = challenge.Find("service") is { Length: > 0 } named ? named : null;
        var token = await tokens.GetAsync(request.Endpoint, realm, service, scope, credential, cancellationToken).ConfigureAwait(false);
        return new AuthorizationGrant(new AuthenticationHeaderValue(Name, token.Value), clock.GetUtcNow() + token.Lifetime);
    }
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
        : url.Scheme == Uri.UriSchemeHttp && !MayBePlain(url, endpoint.Origin) ? throw Refused(endpoint, $"is {url.Authority} over plain HTTP")
        : url;

    private static bool MayBePlain(Uri realm, Uri registry) =>
        registry.Scheme == Uri.UriSchemeHttp
        && (realm.IdnHost.Equals(registry.IdnHost, StringComparison.OrdinalIgnoreCase)
            || (UrlRules.IsLoopback(realm.Authority) && UrlRules.IsLoopback(registry.Authority)));

    private static RegistryException Refused(RegistryEndpoint endpoint, string why) =>
        new($"{endpoint.Name}: the token server in the registry's challenge {why}, so it is not asked. "
            + "Use a registry whose token server speaks https, or a mirror.");
}
