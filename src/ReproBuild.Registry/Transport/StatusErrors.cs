using System.Globalization;
using System.Net;

namespace ReproBuild.Registry.Transport;

/// <summary>The errors of answers that are not a success, each with its remedy.</summary>
internal static class StatusErrors
{
    /// <summary>Describes an answer; reads at most a bounded part of its body, for the registry's code.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="registry">The registry or mirror that was asked.</param>
    /// <param name="subject">What was asked for.</param>
    /// <param name="now">The time, for a <c>Retry-After</c> date.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task<RegistryException> CreateAsync(
        RegistryResponse response, string registry, string subject, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var code = await ErrorBody.ReadCodeAsync(response, cancellationToken).ConfigureAwait(false);
        var retryAfter = FindRetryAfter(response, now);
        var status = string.Create(CultureInfo.InvariantCulture, $"{(int)response.Status}{(code is null ? "" : " " + code)}");
        return new RegistryException($"{registry}: {Explain(response, registry, subject, status, retryAfter)}")
        {
            StatusCode = response.Status,
            Method = response.Method.Method,
            Url = UrlRules.Redact(response.Url),
            ErrorCode = code,
            IsTransient = IsTransient(response.Status),
            RetryAfter = retryAfter,
        };
    }

    private static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || ((int)status >= 500 && status != HttpStatusCode.NotImplemented);

    private static string Explain(RegistryResponse response, string registry, string subject, string status, TimeSpan? retryAfter) => response.Status switch
    {
        HttpStatusCode.Unauthorized => $"{response.Url.Authority} does not accept the request for {subject} ({status}). Check the registry's configuration of its storage.",
        HttpStatusCode.Forbidden => $"access to {subject} is forbidden ({status}). Ask for the right to pull it, or log in as another user: docker login {registry}.",
        HttpStatusCode.NotFound => $"{subject} does not exist there ({status}). Check the registry, the name and the tag or digest.",
        HttpStatusCode.TooManyRequests => $"{subject} is refused because of too many requests ({status}{Wait(retryAfter)}). Log in (docker login {registry}), use a mirror, or wait.",
        HttpStatusCode.ProxyAuthenticationRequired => $"the proxy wants credentials ({status}). Put them into HTTPS_PROXY or HTTP_PROXY.",
        >= HttpStatusCode.InternalServerError => $"the server failed to give {subject} ({status}{Wait(retryAfter)}). Try again later, or use a mirror.",
        _ => $"the request for {subject} is answered with the unexpected status {status}. Check that {UrlRules.Redact(response.Url)} is a registry.",
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
}
