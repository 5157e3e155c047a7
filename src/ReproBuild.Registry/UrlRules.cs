using System.Net;

namespace ReproBuild.Registry;

/// <summary>When two addresses are the same server, and which hosts are this machine.</summary>
internal static class UrlRules
{
    /// <summary>Whether both have the same scheme, host and port (RFC 6454, section 4).</summary>
    public static bool SameOrigin(Uri left, Uri right) =>
        left.Scheme == right.Scheme && left.Port == right.Port && left.IdnHost.Equals(right.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the scheme is <c>http</c> or <c>https</c>.</summary>
    public static bool IsHttp(Uri url) => url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp;

    /// <summary>Whether <c>host[:port]</c> is <c>localhost</c>, in 127.0.0.0/8 or ::1: such hosts speak plain HTTP, as Docker has it.</summary>
    public static bool IsLoopback(string authority)
    {
        var host = authority.StartsWith('[') ? authority[1..].Split(']')[0] : authority.Split(':')[0];
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
    }
}
