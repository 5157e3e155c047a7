using System.Net;
using ReproBuild.Registry.Credentials;
using ReproBuild.Registry.Transport;

namespace ReproBuild.Registry.Authentication;

/// <summary>Asks token servers (distribution's token authentication and OAuth 2 specifications).</summary>
/// <remarks>Redirects are not followed: what is sent here is for the named server alone. Retries are the caller's.</remarks>
internal sealed class TokenClient(HttpExchange exchange, TimeProvider clock)
{
    private const int MaxAnswerSize = 1024 * 1024;
    private const string ClientId = "ReproBuild";

    /// <summary>Gets a token: for an identity token by POST, else by GET, with the password where there is one.</summary>
    /// <exception cref="RegistryException">The server cannot be reached, refuses, or gives no token.</exception>
    public async Task<BearerToken> GetAsync(
        RegistryEndpoint endpoint, Uri realm, string? service, string scope, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        var message = credential?.IdentityToken is { } identity ? CreatePost(realm, service, scope, identity) : CreateGet(realm, service, scope, credential);
        using var response = await exchange.SendAsync(message, cancellationToken).ConfigureAwait(false);
        if (response.Status != HttpStatusCode.OK)
        {
            throw await DescribeAsync(response, endpoint, realm, credential, cancellationToken).ConfigureAwait(false);
        }

        var body = await response.ReadBodyAsync(MaxAnswerSize, cancellationToken).ConfigureAwait(false);
        return (body is null ? null : BearerToken.Parse(body))
            ?? throw new RegistryException($"{endpoint.Name}: the answer of the token server {realm.Authority} holds no token. Check that the registry's address is right.")
            {
                Method = response.Method.Method,
                Url = UrlRules.Redact(realm),
                StatusCode = response.Status,
            };
    }

    private static HttpRequestMessage CreateGet(Uri realm, string? service, string scope, RegistryCredential? credential)
    {
        var query = $"{(service is null ? "" : $"service={Uri.EscapeDataString(service)}&")}scope={Uri.EscapeDataString(scope)}";
        var url = new UriBuilder(realm) { Fragment = "" };
        url.Query = url.Query.Length > 1 ? url.Query[1..] + "&" + query : query;
        var message = new HttpRequestMessage(HttpMethod.Get, url.Uri);
        message.Headers.Authorization = credential is { HasPassword: true } ? BasicScheme.HeaderOf(credential) : null;
        return message;
    }

    private static HttpRequestMessage CreatePost(Uri realm, string? service, string scope, string identityToken) => new(HttpMethod.Post, realm)
    {
        Content = new FormUrlEncodedContent(
        [
            new("grant_type", "refresh_token"),
            new("service", service ?? ""),
            new("client_id", ClientId),
            new("scope", scope),
            new("refresh_token", identityToken),
        ]),
    };

    private async Task<RegistryException> DescribeAsync(
        RegistryResponse response, RegistryEndpoint endpoint, Uri realm, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        var refused = response.Status is HttpStatusCode.Unauthorized
            || (response.Status is HttpStatusCode.Forbidden or HttpStatusCode.BadRequest && credential is not null);
        return refused
            ? AuthenticationErrors.Refused(endpoint.Name, response, credential)
            : await StatusErrors.CreateAsync(response, endpoint.Name, $"a token of {realm.Authority}", clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
    }
}
