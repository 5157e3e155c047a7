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
        var token = await tokens.GetAsync(request.Endpoint, realm, challenge.Find("service"), scope, credential, cancellationToken).ConfigureAwait(false);
        return new AuthorizationGrant(new AuthenticationHeaderValue(Name, token.Value), clock.GetUtcNow() + token.Lifetime);
    }
}
