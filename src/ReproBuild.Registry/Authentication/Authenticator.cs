using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using ReproBuild.Registry.Credentials;
using ReproBuild.Registry.Transport;

namespace ReproBuild.Registry.Authentication;

/// <summary>Sends requests with the grant for their repository, and gets one when the registry asks for it.</summary>
internal sealed class Authenticator(
    RedirectFollower redirects, ICredentialStore credentials, IReadOnlyList<IAuthenticationScheme> schemes, TimeProvider clock, ILogger logger) : IDisposable
{
    private readonly ConcurrentDictionary<(Uri Origin, string Repository), GrantSlot> _grants = new();

    /// <summary>Sends a request; the answer may have any status but the registry's own 401.</summary>
    /// <exception cref="RegistryException">There was no answer, or the registry does not grant access.</exception>
    public async Task<RegistryResponse> SendAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        var slot = _grants.GetOrAdd((request.Endpoint.Origin, request.Repository), static (_, clock) => new GrantSlot(clock), clock);
        var grant = slot.Current;
        var first = await redirects.SendAsync(request, grant?.Header, cancellationToken).ConfigureAwait(false);
        if (!IsChallenge(first, request))
        {
            return first;
        }

        // Its place among the host's requests must be free before the token server, perhaps the same host, is asked.
        first.Dispose();
        var credential = await FindCredentialAsync(request.Endpoint, cancellationToken).ConfigureAwait(false);
        grant = await slot.RenewAsync(grant, () => AcquireAsync(request, first, credential, cancellationToken), cancellationToken).ConfigureAwait(false)
            ?? throw AuthenticationErrors.Refused(request.Endpoint.Name, first, credential);
        var second = await redirects.SendAsync(request, grant.Header, cancellationToken).ConfigureAwait(false);
        if (!IsChallenge(second, request))
        {
            return second;
        }

        second.Dispose();
        throw AuthenticationErrors.Refused(request.Endpoint.Name, second, credential);
    }

    public void Dispose()
    {
        foreach (var slot in _grants.Values)
        {
            slot.Dispose();
        }
    }

    /// <summary>A 401 of a server that the registry redirected to is not a challenge: its realm would come from somewhere else.</summary>
    private static bool IsChallenge(RegistryResponse response, RegistryRequest request) =>
        response.Status == HttpStatusCode.Unauthorized && UrlRules.SameOrigin(response.Url, request.Url);

    private async Task<RegistryCredential?> FindCredentialAsync(RegistryEndpoint endpoint, CancellationToken cancellationToken)
    {
        var credential = await credentials.FindAsync(endpoint.Name, cancellationToken).ConfigureAwait(false);
        if (credential is not null && !endpoint.AcceptsCredentials)
        {
            RegistryLog.CredentialsWithheld(logger, endpoint.Name);
            return null;
        }

        return credential;
    }

    private async Task<AuthorizationGrant?> AcquireAsync(
        RegistryRequest request, RegistryResponse refusal, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        var lines = refusal.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var values) ? values.ToArray() : [];
        var challenges = ChallengeParser.Parse(lines);
        var known = false;
        foreach (var scheme in schemes)
        {
            foreach (var challenge in challenges.Where(c => c.Scheme.Equals(scheme.Name, StringComparison.OrdinalIgnoreCase)))
            {
                known = true;
                RegistryLog.Challenged(logger, request.Endpoint.Name, scheme.Name, credential is not null);
                if (await scheme.AnswerAsync(challenge, request, credential, cancellationToken).ConfigureAwait(false) is { } grant)
                {
                    return grant;
                }
            }
        }

        return known ? null : throw AuthenticationErrors.NoScheme(request.Endpoint.Name, refusal, schemes.Select(s => s.Name));
    }
}
