using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ReproBuild.Registry.Transport;

/// <summary>The errors of answers that are not a success, each with its remedy.</summary>
internal static partial class StatusErrors
{
    private const int MaxBodySize = 64 * 1024;

    /// <summary>How long is waited for the body of an error: its status says nearly everything.</summary>
    private static readonly TimeSpan BodyPatience = TimeSpan.FromSeconds(2);

    /// <summary>Describes an answer; reads at most a bounded part of its body, for the registry's code.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="registry">The registry or mirror that was asked.</param>
    /// <param name="subject">What was asked for.</param>
    /// <param name="now">The time, for a <c>Retry-After</c> date.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task<RegistryException> CreateAsync(
        RegistryResponse response, string registry, string subject, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var code = await ReadCodeAsync(response, cancellationToken).ConfigureAwait(false);
        var retryAfter = FindRetryAfter(response, now);
        var status = string.Create(CultureInfo.InvariantCulture, $"{(int)response.Status}{(code is null ? "" : " " + code)}");
        return new RegistryException($"{registry}: {Explain(response, registry, subject, status, retryAfter)}")
        {
            StatusCode = response.Status,
            Method = response.Method.Method,
            Url = ServerAddress.Redact(response.Url),
            ErrorCode = code,
            IsTransient = IsTransient(response.Status),
            RetryAfter = retryAfter,
        };
    }

    private static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || ((int)status >= 500 && status != HttpStatusCode.NotImplemented);

    private static string Explain(RegistryResponse response, string registry, string subject, string status, TimeSpan? retryAfter) =>
        response.Status switch
        {
            HttpStatusCode.Unauthorized =>
                $"{response.Url.Authority} does not accept the request for {subject} ({status}). Check the registry's configuration of its storage.",
            HttpStatusCode.Forbidden =>
                $"access to {subject} is forbidden ({status}). Ask for the right to pull it, or log in as another user: docker login {registry}.",
            HttpStatusCode.NotFound =>
                $"{subject} does not exist there ({status}). Check the registry, the name and the tag or digest.",
            HttpStatusCode.TooManyRequests =>
                $"{subject} is refused because of too many requests ({status}{Wait(retryAfter)}). "
                + $"Log in (docker login {registry}), use a mirror, or wait.",
            HttpStatusCode.ProxyAuthenticationRequired =>
                $"the proxy wants credentials ({status}). Put them into HTTPS_PROXY or HTTP_PROXY.",
            >= HttpStatusCode.InternalServerError =>
                $"the server failed to give {subject} ({status}{Wait(retryAfter)}). Try again later, or use a mirror.",
            _ =>
                $"the request for {subject} is answered with the unexpected status {status}. "
                + $"Check that {ServerAddress.Show(response.Url)} is a registry.",
        };

    private static string Wait(TimeSpan? retryAfter) =>
        retryAfter is { } wait ? string.Create(CultureInfo.InvariantCulture, $", asks to wait {wait.TotalSeconds:0} seconds") : "";

    /// <summary>RFC 9110, section 10.2.3: a number of seconds, or a date.</summary>
    private static TimeSpan? FindRetryAfter(RegistryResponse response, DateTimeOffset now)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? header?.Date - now;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    /// <summary>The first error's code, or null when the body has none or does not arrive.</summary>
    /// <remarks>
    /// OCI distribution specification 1.1, "Error Codes". Only the code is used: a message is free text, which may repeat what was sent.
    /// </remarks>
    private static async Task<string?> ReadCodeAsync(RegistryResponse response, CancellationToken cancellationToken)
    {
        try
        {
            var body = await response.ReadBodyAsync(MaxBodySize, cancellationToken, BodyPatience).ConfigureAwait(false);
            return body is null ? null : FindCode(body);
        }
        catch (RegistryException)
        {
            // The status says enough.
            return null;
        }
    }

    private static string? FindCode(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0
                && errors[0] is { ValueKind: JsonValueKind.Object } first
                && first.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.String
                && code.GetString() is { } text && CodePattern().IsMatch(text)
                    ? text
                    : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\A[A-Z][A-Z0-9_]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex CodePattern();
}
