using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using ReproBuild.Registry.Credentials;
using ReproBuild.Registry.Transport;

namespace ReproBuild.Registry.Authentication;

/// <summary>Sends requests with the grant for their repository, and gets one when the registry asks for it.</summary>
internal sealed class Authenticator(
    RedirectFollower redirects, ICredentialStore credentials, IReadOnlyList<IAuthenticationScheme> schemes, TimeProvider clock, ILogger logger)
    : IDisposable
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
        grant = await slot
            .RenewAsync(grant, () => AcquireAsync(request, first, credential, cancellationToken), cancellationToken).ConfigureAwait(false)
            ?? throw Refused(request.Endpoint.Name, first, credential);
        var second = await redirects.SendAsync(request, grant.Header, cancellationToken).ConfigureAwait(false);
        if (!IsChallenge(second, request))
        {
            return second;
        }

        second.Dispose();
        throw Refused(request.Endpoint.Name, second, credential);
    }

    /// <summary>The registry or its token server says 401. The message names where the credentials came from, never what they are.</summary>
    public static RegistryException Refused(string registry, RegistryResponse response, RegistryCredential? credential) => RegistryErrors.Answer(
        response,
        credential is null
            ? $"{registry}: access is refused ({(int)response.Status}) without credentials, and none are stored for it. "
                + $"Log in with: docker login {registry}. Many registries also answer so for an image that does not exist: check the name."
            : $"{registry}: access is refused ({(int)response.Status}) with the credentials from {credential.Source}. "
                + $"Log in again with: docker login {registry}.");

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

        return known ? null : throw RegistryErrors.Answer(
            refusal,
            $"{request.Endpoint.Name}: the registry asks for authentication ({(int)refusal.Status}) in no way that is supported. "
            + $"Use a registry or a mirror that takes {string.Join(" or ", schemes.Select(static s => s.Name))}.");
    }
}

/// <summary>The grant for one scope on one server: many requests use it, one at a time renews it.</summary>
internal sealed class GrantSlot(TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _renewal = new(1, 1);
    private volatile AuthorizationGrant? _current;

    /// <summary>The grant to use now, or null.</summary>
    public AuthorizationGrant? Current => _current is { } grant && grant.IsValidAt(clock.GetUtcNow()) ? grant : null;

    /// <summary>Replaces a grant that was refused, unless another request has done so meanwhile.</summary>
    /// <param name="refused">What the registry refused; null when nothing was shown.</param>
    /// <param name="acquire">Gets a new grant, or null when there is no way to.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<AuthorizationGrant?> RenewAsync(
        AuthorizationGrant? refused, Func<Task<AuthorizationGrant?>> acquire, CancellationToken cancellationToken)
    {
        await _renewal.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Current is { } other && !ReferenceEquals(other, refused))
            {
                return other;
            }

            _current = null;
            return _current = await acquire().ConfigureAwait(false);
        }
        finally
        {
            _renewal.Release();
        }
    }

    public void Dispose() => _renewal.Dispose();
}
