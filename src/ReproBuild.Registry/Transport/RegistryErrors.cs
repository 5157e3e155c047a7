using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;

namespace ReproBuild.Registry.Transport;

/// <summary>The errors of requests: what happened, and what to do. Those of a status are <see cref="StatusErrors"/>.</summary>
internal static class RegistryErrors
{
    /// <summary>An answer that cannot be used.</summary>
    public static RegistryException Answer(RegistryResponse response, string message, Exception? inner = null, bool transient = false) =>
        new(message, inner)
        {
            StatusCode = response.Status,
            Method = response.Method.Method,
            Url = ServerAddress.Redact(response.Url),
            IsTransient = transient,
        };

    /// <summary>The same error with one more sentence.</summary>
    public static RegistryException WithHint(RegistryException error, string hint) => new($"{error.Message} {hint}", error)
    {
        StatusCode = error.StatusCode,
        Method = error.Method,
        Url = error.Url,
        ErrorCode = error.ErrorCode,
        RetryAfter = error.RetryAfter,
        IsTransient = error.IsTransient,
        IsOfTokenServer = error.IsOfTokenServer,
    };

    /// <summary>A token server that is not where the registry says, which is not an image that the registry does not have.</summary>
    public static RegistryException NoTokenServer(RegistryResponse response, string registry) => new(
        $"{registry}: there is no token server at {ServerAddress.Show(response.Url)} (404), where the registry says that one is. "
        + "Check that the registry's address is right, or use a mirror.")
    {
        StatusCode = response.Status,
        Method = response.Method.Method,
        Url = ServerAddress.Redact(response.Url),
        IsOfTokenServer = true,
    };

    /// <summary>A redirect that is not followed.</summary>
    public static RegistryException Redirect(RegistryResponse response, string why) => Answer(
        response,
        $"{response.Method} {ServerAddress.Show(response.Url)}: {why}, so it is not followed. Check the configuration of the registry.");

    /// <summary>A body that was encoded although only <c>identity</c> was asked for, and cannot be decoded.</summary>
    public static RegistryException Encoded(RegistryResponse response, string codings, string why, Exception? inner = null) => Answer(
        response,
        $"{response.Method} {ServerAddress.Show(response.Url)}: the answer has the Content-Encoding '{codings.Shown()}', {why}, "
        + "and nothing but identity was asked for. Let the server, or the proxy before it, send the content as it is, or use a mirror.",
        inner);

    /// <summary>No connection, no TLS, or a connection that broke before the answer.</summary>
    public static RegistryException NoAnswer(HttpMethod method, Uri url, HttpRequestException failure)
    {
        var reason = (failure.InnerException ?? failure).Message.TrimEnd('.').Shown();
        var message = failure.HttpRequestError switch
        {
            // The framework quotes what it cannot read, so its words are not passed on.
            HttpRequestError.ConfigurationLimitExceeded =>
                $"{method} {ServerAddress.Show(url)}: the answer has more than {HttpSettings.MaxHeaderKilobytes} KiB of headers. "
                + "Check that the address is a registry's, or use a mirror.",
            HttpRequestError.InvalidResponse =>
                $"{method} {ServerAddress.Show(url)}: the answer is not HTTP. Check that the address is a registry's, and the proxy.",
            _ when IsTls(failure) =>
                $"{url.Authority}: no secure connection can be made: {reason}. If its certificate comes from a private authority, "
                + "add that authority's PEM file to RegistryOptions.CertificateAuthorityFiles; "
                + "if it speaks plain HTTP, add it to RegistryOptions.PlainHttpRegistries.",
            _ =>
                $"{url.Authority} cannot be reached: {reason}. Check the name, the network and the proxy (HTTPS_PROXY, HTTP_PROXY, NO_PROXY).",
        };
        return Create(method, url, message, IsTransient(failure), failure);
    }

    /// <summary>No answer, or no further byte, in time.</summary>
    public static RegistryException Silent(HttpMethod method, Uri url, TimeSpan timeout, Exception inner) => Create(
        method,
        url,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{method} {ServerAddress.Show(url)}: nothing came for {timeout.TotalSeconds:0.###} seconds. "
            + $"Check the network and the proxy, or raise RegistryOptions.ResponseTimeout."),
        transient: true,
        inner);

    /// <summary>A request that was not done in its time.</summary>
    public static RegistryException Late(HttpMethod method, Uri url, TimeSpan timeout, Exception inner) => Create(
        method,
        url,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{method} {ServerAddress.Show(url)}: it was not done within {timeout.TotalSeconds:0.###} seconds, with its redirects, tokens and "
            + $"retries. Check the network, use a mirror, or raise RegistryOptions.RequestTimeout."),
        transient: true,
        inner);

    /// <summary>A body that trickles.</summary>
    public static RegistryException Slow(HttpMethod method, Uri url, long received, RegistryOptions options, Exception inner) => Create(
        method,
        url,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{method} {ServerAddress.Show(url)}: the body came slower than {options.MinimumRate} bytes a second over "
            + $"{options.RateWindow.TotalSeconds:0.###} seconds, and was given up after {received} bytes. Check the network, use a mirror, "
            + $"or lower RegistryOptions.MinimumRate."),
        transient: true,
        inner);

    /// <summary>The connection broke within the body.</summary>
    public static RegistryException Broken(HttpMethod method, Uri url, long received, Exception inner) => Create(
        method,
        url,
        string.Create(
            CultureInfo.InvariantCulture, $"{method} {ServerAddress.Show(url)}: the connection broke after {received} bytes of the body."),
        transient: true,
        inner);

    private static bool IsTls(HttpRequestException failure) =>
        failure.HttpRequestError == HttpRequestError.SecureConnectionError || failure.InnerException is AuthenticationException;

    /// <summary>A certificate that is not trusted and a name that does not exist stay so; a connection may succeed later.</summary>
    private static bool IsTransient(HttpRequestException failure) =>
        failure.HttpRequestError != HttpRequestError.ConfigurationLimitExceeded && failure.InnerException is not AuthenticationException
        and not SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData };

    private static RegistryException Create(HttpMethod method, Uri url, string message, bool transient, Exception inner) => new(message, inner)
    {
        Method = method.Method,
        Url = ServerAddress.Redact(url),
        IsTransient = transient,
    };
}
