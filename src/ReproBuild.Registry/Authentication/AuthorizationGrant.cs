using System.Net.Http.Headers;

namespace ReproBuild.Registry.Authentication;

/// <summary>What a registry is shown with each request.</summary>
/// <param name="header">The value of <c>Authorization</c>.</param>
/// <param name="expires">When it is no longer shown.</param>
/// <remarks>Not a record: its text must not hold the secret.</remarks>
internal sealed class AuthorizationGrant(AuthenticationHeaderValue header, DateTimeOffset expires)
{
    public AuthenticationHeaderValue Header => header;

    public bool IsValidAt(DateTimeOffset time) => time < expires;
}
