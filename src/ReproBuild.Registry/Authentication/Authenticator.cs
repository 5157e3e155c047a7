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
        var tried = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (true)
        {
            var response = await redirects.SendAsync(request, grant?.Header, cancellationToken).ConfigureAwait(false);
            if (grant is not null && tried.Count == 0 && slot.Forget(grant, response.Status))
            {
                // Some registries say 403 to a token that was good for an earlier request and no longer is.
                response.Dispose();
                grant = null;
                continue;
            }

            if (!IsChallenge(response, request))
            {
                return response;
            }

            // Its place among the host's requests must be free before the token server, perhaps the same host, is asked.
            response.Dispose();
            grant = await RenewAsync(slot, grant, request, response, tried, cancellationToken).ConfigureAwait(false);
            tried.Add(grant.Header.Scheme);
        }
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

    /// <summary>A grant to try after a refusal: one that another request has got meanwhile, or a new one of a scheme not tried yet.</summary>
    /// <remarks>A grant of an earlier request may just have expired, so its scheme is not among those tried.</remarks>
    private async Task<AuthorizationGrant> RenewAsync(
        GrantSlot slot, AuthorizationGrant? refused, RegistryRequest request, RegistryResponse refusal, HashSet<string> tried,
        CancellationToken cancellationToken)
    {
        var (credential, problem) = await FindCredentialAsync(request.Endpoint, cancellationToken).ConfigureAwait(false);
        try
        {
            var grant = await slot
                .RenewAsync(refused, () => AcquireAsync(request, refusal, credential, tried, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
            return grant is not null && !tried.Contains(grant.Header.Scheme) ? grant : throw Refused(request.Endpoint.Name, refusal, credential);
        }
        catch (RegistryException e) when (problem is not null && e.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw RegistryErrors.WithHint(e, problem);
        }
    }

    private async Task<CredentialAnswer> FindCredentialAsync(RegistryEndpoint endpoint, CancellationToken cancellationToken)
    {
        var answer = await credentials.FindAsync(endpoint.Name, cancellationToken).ConfigureAwait(false);
        if (answer.Credential is not null && !endpoint.AcceptsCredentials)
        {
            RegistryLog.CredentialsWithheld(logger, endpoint.Name);
            return CredentialAnswer.None;
        }

        return answer;
    }

    /// <summary>Answers the first challenge that can be answered; null when there is none.</summary>
    private async Task<AuthorizationGrant?> AcquireAsync(
        RegistryRequest request, RegistryResponse refusal, RegistryCredential? credential, HashSet<string> tried, CancellationToken cancellationToken)
    {
        RegistryException? failure = null;
        foreach (var (scheme, challenge) in FindChallenges(request, refusal, tried.Count > 0).Where(found => !tried.Contains(found.Scheme.Name)))
        {
            RegistryLog.Challenged(logger, request.Endpoint.Name, scheme.Name, credential is not null);
            try
            {
                if (await scheme.AnswerAsync(challenge, request, credential, cancellationToken).ConfigureAwait(false) is { } grant)
                {
                    return grant;
                }
            }
            catch (RegistryException e) when (!e.IsTransient)
            {
                // Another of the challenges may be answered.
                failure ??= e;
            }
        }

        return failure is null ? null : throw failure;
    }

    private List<(IAuthenticationScheme Scheme, Challenge Challenge)> FindChallenges(
        RegistryRequest request, RegistryResponse refusal, bool mayBeEmpty)
    {
        var lines = refusal.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var values) ? values.ToArray() : [];
        var challenges = ChallengeParser.Parse(lines);
        var found = schemes.SelectMany(
            scheme => challenges.Where(challenge => challenge.Scheme.Equals(scheme.Name, StringComparison.OrdinalIgnoreCase)),
            static (scheme, challenge) => (scheme, challenge)).ToList();
        return found.Count > 0 || mayBeEmpty ? found : throw RegistryErrors.Answer(
            refusal,
            $"{request.Endpoint.Name}: the registry asks for authentication ({(int)refusal.Status}) in no way that is supported. "
            + $"Use a registry or a mirror that takes {string.Join(" or ", schemes.Select(static s => s.Name))}.");
    }
}

/// <summary>The grant for one scope on one server: many requests use it, one at a time renews it.</summary>
internal sealed class GrantSlot(TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _renewal = new(1, 1);
    private AuthorizationGrant? _current;

    /// <summary>The grant to use now, or null.</summary>
    public AuthorizationGrant? Current => Volatile.Read(ref _current) is { } grant && grant.IsValidAt(clock.GetUtcNow()) ? grant : null;

    /// <summary>Forgets a token of an earlier request that is forbidden; false when that means something else.</summary>
    public bool Forget(AuthorizationGrant grant, HttpStatusCode status)
    {
        if (status != HttpStatusCode.Forbidden || !grant.Expires)
        {
            return false;
        }

        Interlocked.CompareExchange(ref _current, null, grant);
        return true;
    }

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
