using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ReproBuild.Registry.Credentials;
using ReproBuild.Registry.Transport;

namespace ReproBuild.Registry.Authentication;

/// <summary>Asks token servers (distribution's token authentication and OAuth 2 specifications).</summary>
/// <remarks>
/// As Docker does, redirects of a GET are followed, with the credentials as long as they lead to the same server. A POST, which holds the
/// identity token in its body, is for the named server only. Retries are the caller's.
/// </remarks>
internal sealed class TokenClient(HttpExchange exchange, RedirectFollower redirects, TimeProvider clock)
{
    private const int MaxAnswerSize = 1024 * 1024;
    private const string ClientId = "ReproBuild";

    /// <summary>Gets a token: for an identity token by POST, else by GET, with the password where there is one.</summary>
    /// <param name="request">The request that needs it.</param>
    /// <param name="realm">The token server.</param>
    /// <param name="service">What the registry calls itself, or null.</param>
    /// <param name="credential">The credentials, or null for a token for everyone.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="RegistryException">The server cannot be reached, refuses, or gives no token.</exception>
    public async Task<BearerToken> GetAsync(
        RegistryRequest request, Uri realm, string? service, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(request, realm, service, credential, cancellationToken).ConfigureAwait(false);
        if (response.Status != HttpStatusCode.OK)
        {
            throw await DescribeAsync(response, request.Endpoint, realm, credential, cancellationToken).ConfigureAwait(false);
        }

        var body = await response.ReadBodyAsync(MaxAnswerSize, cancellationToken).ConfigureAwait(false);
        return (body is null ? null : BearerToken.Parse(body))
            ?? throw RegistryErrors.Answer(
                response,
                $"{request.Endpoint.Name}: the answer of the token server {realm.Authority} holds no token. "
                + "Check that the registry's address is right.");
    }

    private Task<RegistryResponse> SendAsync(
        RegistryRequest request, Uri realm, string? service, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        var scope = $"repository:{request.Repository}:pull";
        if (credential?.IdentityToken is { } identity)
        {
            return exchange.SendAsync(CreatePost(realm, service, scope, identity), request.Budget, cancellationToken);
        }

        var query = $"{(service is null ? "" : $"service={Escape(service)}&")}scope={Escape(scope)}";
        var authorization = credential is { HasPassword: true } ? BasicScheme.HeaderOf(credential) : null;
        return redirects.GetTokenAsync(ServerAddress.WithQuery(realm, query), authorization, request.Budget, cancellationToken);
    }

    // A header's text has one character for each byte; UTF-8 would make two bytes of those above 127.
    private static string Escape(string text) =>
        string.Concat(text.Select(static c => c <= '\u007F' ? Uri.EscapeDataString(c.ToString()) : $"%{(int)c:X2}"));

    private static HttpRequestMessage CreatePost(Uri realm, string? service, string scope, string identityToken) => new(HttpMethod.Post, realm)
    {
        Content = new StringContent(
            $"grant_type=refresh_token&service={Escape(service ?? "")}&client_id={ClientId}&scope={Escape(scope)}"
            + $"&refresh_token={Uri.EscapeDataString(identityToken)}",
            Encoding.ASCII,
            new MediaTypeHeaderValue("application/x-www-form-urlencoded")),
    };

    private async Task<RegistryException> DescribeAsync(
        RegistryResponse response, RegistryEndpoint endpoint, Uri realm, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        var refused = response.Status is HttpStatusCode.Unauthorized
            || (response.Status is HttpStatusCode.Forbidden or HttpStatusCode.BadRequest && credential is not null);
        return refused ? Authenticator.Refused(endpoint.Name, response, credential)
            : response.Status == HttpStatusCode.NotFound ? RegistryErrors.NoTokenServer(response, endpoint.Name)
            : RedirectFollower.IsRedirect(response.Status)
            ? RegistryErrors.Redirect(response, "an identity token is sent only to the token server that the registry names")
            : await StatusErrors.CreateAsync(
                response, endpoint.Name, $"a token of {realm.Authority}", clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>A token server's answer.</summary>
/// <remarks>Not a record: its text must not hold the token.</remarks>
internal sealed class BearerToken
{
    // The specification's lifetime when the server names none.
    private const int DefaultSeconds = 60;

    // Renewed a little early, so that it does not expire on its way.
    private const int SafetySeconds = 10;

    private const int MaxSeconds = 24 * 60 * 60;

    // RFC 6750, section 2.1.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("-._~+/=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private BearerToken(string value, TimeSpan lifetime) => (Value, Lifetime) = (value, lifetime);

    public string Value { get; }

    /// <summary>How long it may be used from now on.</summary>
    public TimeSpan Lifetime { get; }

    /// <summary>Parses the answer; null when it holds no usable token.</summary>
    public static BearerToken? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } root)
            {
                return null;
            }

            // "access_token" is OAuth 2's name for "token"; where both are given they are equal.
            var value = FindString(root, "token") ?? FindString(root, "access_token");
            return value is null || value.AsSpan().ContainsAnyExcept(TokenCharacters)
                ? null
                : new BearerToken(value, FindLifetime(root));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static TimeSpan FindLifetime(JsonElement root)
    {
        var seconds = root.TryGetProperty("expires_in", out var value) && value.ValueKind == JsonValueKind.Number
            && double.TryParse(value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var given)
                ? Math.Clamp(given, DefaultSeconds, MaxSeconds)
                : DefaultSeconds;
        return TimeSpan.FromSeconds(seconds - SafetySeconds);
    }

    private static string? FindString(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}
