using System.Net.Http.Headers;
using System.Text;
using ReproBuild.Registry.Credentials;
using ReproBuild.Registry.Transport;

namespace ReproBuild.Registry.Authentication;

/// <summary>User name and password with every request (RFC 7617).</summary>
internal sealed class BasicScheme : IAuthenticationScheme
{
    public string Name => "Basic";

    public Task<AuthorizationGrant?> AnswerAsync(
        Challenge challenge, RegistryRequest request, RegistryCredential? credential, CancellationToken cancellationToken) =>
        Task.FromResult(credential is { HasPassword: true } ? new AuthorizationGrant(HeaderOf(credential), DateTimeOffset.MaxValue) : null);

    /// <summary>The header for a user name and password, in UTF-8.</summary>
    public static AuthenticationHeaderValue HeaderOf(RegistryCredential credential) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.UserName}:{credential.Password}")));
}
