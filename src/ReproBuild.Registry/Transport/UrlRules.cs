namespace ReproBuild.Registry.Transport;

/// <summary>What may be shown of an address, and when two addresses are the same server.</summary>
internal static class UrlRules
{
    /// <summary>The address without user information, query and fragment: those hold passwords, tokens and signatures.</summary>
    public static Uri Redact(Uri url) => new(url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));

    /// <summary>Whether both have the same scheme, host and port (RFC 6454, section 4).</summary>
    public static bool SameOrigin(Uri left, Uri right) =>
        left.Scheme == right.Scheme && left.Port == right.Port && left.IdnHost.Equals(right.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the scheme is <c>http</c> or <c>https</c>.</summary>
    public static bool IsHttp(Uri url) => url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp;
}
