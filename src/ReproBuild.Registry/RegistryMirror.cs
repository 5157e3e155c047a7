using ReproBuild.Registry;

namespace ReproBuild;

/// <summary>Another place that serves a registry's images, tried before the registry itself.</summary>
/// <remarks>Content is verified by digest wherever it comes from; a tag is whatever the first place that answers says it is.</remarks>
/// <param name="Registry">The registry it mirrors, as references name it, such as <c>docker.io</c>.</param>
/// <param name="Url">The mirror: <c>https</c>, or <c>http</c> where the caller accepts it; its path is put before the name of the repository.</param>
public sealed record RegistryMirror(string Registry, Uri Url)
{
    /// <summary>Parses <c>REGISTRY=URL</c>; a URL without a scheme is <c>https</c>, or <c>http</c> on a loopback host.</summary>
    /// <exception cref="FormatException">The text does not have that form.</exception>
    public static RegistryMirror Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw Invalid(text, "there is no '='");
        }

        var (registry, address) = (text[..equals], text[(equals + 1)..]);
        if (!address.Contains("://", StringComparison.Ordinal))
        {
            address = (UrlRules.IsLoopback(address.Split('/')[0]) ? "http://" : "https://") + address;
        }

#pragma warning disable RS0030 // A user's text, and OriginalString keeps it as it was written.
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url))
#pragma warning restore RS0030
        {
            throw Invalid(text, "what follows '=' is not a URL");
        }

        var mirror = new RegistryMirror(registry == "index.docker.io" ? "docker.io" : registry, url);
        return mirror.FindProblem() is { } problem ? throw Invalid(text, problem) : mirror;
    }

    /// <summary>What is wrong with the mirror, or null.</summary>
    internal string? FindProblem() =>
        string.IsNullOrEmpty(Registry) ? "the registry is empty"
        : Url is not { IsAbsoluteUri: true } || !UrlRules.IsHttp(Url) ? "the URL is neither http nor https"
        : Url.UserInfo.Length > 0 ? "the URL holds a user name; credentials for a mirror belong in Docker's config.json"
        : Url.Query.Length > 0 || Url.Fragment.Length > 0 ? "the URL holds a query or a fragment"
        : null;

    // The text may hold a password before an '@', so it is not repeated.
    private static FormatException Invalid(string text, string why) =>
        new($"The mirror {(text.Contains('@', StringComparison.Ordinal) ? "" : $"'{text.Shown()}' ")}is not valid: {why}. "
            + "Write it as REGISTRY=URL, such as docker.io=https://mirror.example.com.");
}
