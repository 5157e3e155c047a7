using System.Net.Http.Headers;
using ReproBuild.Registry.Credentials;
using ReproBuild.Registry.Transport;

namespace ReproBuild.Registry.Authentication;

/// <summary>A way to answer a registry's challenge.</summary>
internal interface IAuthenticationScheme
{
    /// <summary>The scheme's name in <c>WWW-Authenticate</c>; its case does not matter.</summary>
    string Name { get; }

    /// <summary>Turns a challenge into a grant; null when this scheme needs credentials that are not there.</summary>
    /// <param name="challenge">What the registry asks for. It comes from the network: every part of it may be hostile.</param>
    /// <param name="request">The request that was refused.</param>
    /// <param name="credential">
    /// The credentials of the request's server, or null. They may go to that server, or where the scheme says why it is safe.
    /// </param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="RegistryException">The challenge is not acceptable, or the credentials are refused.</exception>
    Task<AuthorizationGrant?> AnswerAsync(
        Challenge challenge, RegistryRequest request, RegistryCredential? credential, CancellationToken cancellationToken);
}

/// <summary>What a registry is shown with each request.</summary>
/// <param name="header">The value of <c>Authorization</c>.</param>
/// <param name="expires">When it is no longer shown.</param>
/// <remarks>Not a record: its text must not hold the secret.</remarks>
internal sealed class AuthorizationGrant(AuthenticationHeaderValue header, DateTimeOffset expires)
{
    public AuthenticationHeaderValue Header => header;

    /// <summary>Whether it is a token for a while, so that the next one may be better.</summary>
    public bool Expires => expires < DateTimeOffset.MaxValue;

    public bool IsValidAt(DateTimeOffset time) => time < expires;
}
