using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;

namespace ReproBuild.Registry.Transport;

/// <summary>The errors of a request that got no usable answer: what happened, and what to do.</summary>
internal static class RegistryErrors
{
    /// <summary>No connection, no TLS, or a connection that broke before the answer.</summary>
    public static RegistryException NoAnswer(HttpMethod method, Uri url, HttpRequestException failure)
    {
        var tls = failure.HttpRequestError == HttpRequestError.SecureConnectionError || failure.InnerException is AuthenticationException;
        var reason = (failure.InnerException ?? failure).Message.TrimEnd('.');
        return Create(
            method,
            url,
            tls
                ? $"{url.Authority}: no secure connection can be made: {reason}. When its certificate comes from a private authority, name that "
                    + "authority's PEM file in CertificateAuthorityFiles (--ca-cert); when it speaks plain HTTP, list it in PlainHttpRegistries."
                : $"{url.Authority} cannot be reached: {reason}. Check the name, the network and the proxy (HTTPS_PROXY, HTTP_PROXY, NO_PROXY).",
            IsTransient(failure),
            failure);
    }

    /// <summary>A certificate that is not trusted and a name that does not exist stay so; a connection may succeed later.</summary>
    private static bool IsTransient(HttpRequestException failure) =>
        failure.InnerException is not AuthenticationException and not SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData };

    /// <summary>No answer, or no further byte, in time.</summary>
    public static RegistryException Silent(HttpMethod method, Uri url, TimeSpan timeout, Exception inner) => Create(
        method,
        url,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{method} {UrlRules.Redact(url)}: nothing came for {timeout.TotalSeconds:0.###} seconds. Check the network and the proxy, or raise ResponseTimeout."),
        transient: true,
        inner);

    /// <summary>The connection broke within the body.</summary>
    public static RegistryException Broken(HttpMethod method, Uri url, long received, Exception inner) => Create(
        method,
        url,
        string.Create(CultureInfo.InvariantCulture, $"{method} {UrlRules.Redact(url)}: the connection broke after {received} bytes of the body."),
        transient: true,
        inner);

    /// <summary>A redirect that is not followed.</summary>
    public static RegistryException Redirect(RegistryResponse response, string why) => new(
        $"{response.Method} {UrlRules.Redact(response.Url)}: {why}, so it is not followed. Check the registry's configuration of its storage.")
    {
        Method = response.Method.Method,
        Url = UrlRules.Redact(response.Url),
        StatusCode = response.Status,
    };

    private static RegistryException Create(HttpMethod method, Uri url, string message, bool transient, Exception inner) => new(message, inner)
    {
        Method = method.Method,
        Url = UrlRules.Redact(url),
        IsTransient = transient,
    };
}
