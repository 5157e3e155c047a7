using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

// This file is the one place where an address is made from text that a server sent; BannedSymbols.Registry.txt keeps all others from it.
#pragma warning disable RS0030

namespace ReproBuild.Registry;

/// <summary>Addresses from a server's text, whose path and query go onto the wire byte for byte as the server wrote them.</summary>
/// <remarks>
/// <see cref="Uri"/> rewrites what it parses (<c>%7E</c> to <c>~</c>, <c>|</c> to <c>%7C</c>, <c>/a/../b</c> to <c>/b</c>), and a signature
/// over an address does not survive that. So the text is taken apart here (RFC 3986, appendix B) and becomes a <see cref="Uri"/> that keeps
/// its path and query. Text of headers has one character for each byte. What a request line cannot hold, spaces and bytes beyond
/// ASCII, is percent-encoded; a fragment is never sent.
/// </remarks>
internal static partial class ServerAddress
{
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>The address that <paramref name="text"/> is, seen from <paramref name="origin"/> (RFC 3986, section 5.2.2).</summary>
    /// <param name="origin">The address whose answer holds the text; null when the text must be a whole address.</param>
    /// <param name="text">What the server sent.</param>
    /// <param name="url">The address, <c>http</c> or <c>https</c> and without a user.</param>
    /// <param name="problem">What is wrong with the text, as what follows "the redirect", such as <c>names a user</c>.</param>
    public static bool TryResolve(
        Uri? origin, string? text, [NotNullWhen(true)] out Uri? url, [NotNullWhen(false)] out string? problem)
    {
        url = null;
        problem = "names no valid address";
        if (text is null || text.Any(static c => c is < ' ' or '\u007F')
            || Reference().Match(Encode(text.Trim(' '))) is not { Success: true } parts)
        {
            return false;
        }

        var scheme = parts.Groups["scheme"] is { Success: true } named ? named.Value.ToLowerInvariant() : origin?.Scheme;
        if (scheme is not (null or "http" or "https"))
        {
            problem = $"leads to the scheme '{scheme.Shown()}'";
            return false;
        }

        var hasAuthority = parts.Groups["authority"].Success;
        var authority = hasAuthority ? parts.Groups["authority"].Value : origin?.Authority;
        if (hasAuthority && authority!.Contains('@', StringComparison.Ordinal))
        {
            problem = "names a user in its address";
            return false;
        }

        var (path, query) = (parts.Groups["path"].Value, parts.Groups["query"].Value);
        if (!hasAuthority && origin is not null)
        {
            (path, query) = Relative(origin, path, parts.Groups["query"].Success ? query : null);
        }

        var isComplete = hasAuthority ? Authority().IsMatch(authority!) : origin is not null && !parts.Groups["scheme"].Success;
        return scheme is not null && isComplete && TryCreate(scheme, authority!, path, query, out url);
    }

    /// <summary>An address on the same server, whose path and query are sent as they are.</summary>
    public static Uri On(Uri server, string path) =>
        TryCreate(server.Scheme, server.Authority, path, "", out var url)
            ? url
            : throw new ArgumentException("It is not a path that can be asked for.", nameof(path));

    /// <summary>The address with more in its query.</summary>
    public static Uri WithQuery(Uri url, string parameters)
    {
        var query = url.Query;
        var separator = query.Length == 0 ? "?" : query.Length == 1 || query.EndsWith('&') ? "" : "&";
        return On(url, url.AbsolutePath + query + separator + parameters);
    }

    /// <summary>The path as it was written, of an address that a user gave.</summary>
    public static string PathOf(Uri url) =>
        TryResolve(null, url.OriginalString, out var written, out _) ? written.AbsolutePath : url.AbsolutePath;

    /// <summary>What may be shown of an address: user information, query and fragment hold passwords, tokens and signatures.</summary>
    public static Uri Redact(Uri url) => new($"{url.Scheme}://{url.Authority}{url.AbsolutePath}");

    /// <summary>The redacted address as messages name it.</summary>
    public static string Show(Uri url) => Redact(url).ToString().Shown();

    private static bool TryCreate(string scheme, string authority, string path, string query, [NotNullWhen(true)] out Uri? url) =>
        Uri.TryCreate($"{scheme}://{authority}{(path.Length == 0 ? "/" : path)}{query}", AsWritten, out url) && url.Host.Length > 0;

    private static (string Path, string Query) Relative(Uri origin, string path, string? query) =>
        path.Length == 0 ? (origin.AbsolutePath, query ?? origin.Query)
        : path[0] == '/' ? (path, query ?? "")
        : (RemoveDotSegments(origin.AbsolutePath[..(origin.AbsolutePath.LastIndexOf('/') + 1)] + path), query ?? "");

    /// <summary>RFC 3986, section 5.2.4; only what was put together here needs it.</summary>
    private static string RemoveDotSegments(string path)
    {
        var kept = new List<string>();
        var segments = path[1..].Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            var isDots = segments[i] is "." or "..";
            if (segments[i] == ".." && kept.Count > 0)
            {
                kept.RemoveAt(kept.Count - 1);
            }

            if (!isDots || i == segments.Length - 1)
            {
                kept.Add(isDots ? "" : segments[i]);
            }
        }

        return "/" + string.Join('/', kept);
    }

    private static string Encode(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return text;
        }

        var encoded = new StringBuilder();
        foreach (var character in text)
        {
            if (character is >= '!' and <= '~')
            {
                encoded.Append(character);
                continue;
            }

            foreach (var value in character <= '\u00FF' ? [(byte)character] : Encoding.UTF8.GetBytes([character]))
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return encoded.ToString();
    }

    // RFC 3986, appendix B, with the scheme of section 3.1.
    [GeneratedRegex(
        @"\A((?<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?(//(?<authority>[^/?#]*))?(?<path>[^?#]*)(?<query>\?[^#]*)?(#.*)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Reference();

    // A name or an IPv4 address, or an IPv6 address in brackets, and a port: nothing that two parsers could read in two ways.
    [GeneratedRegex(@"\A([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]*)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Authority();
}
