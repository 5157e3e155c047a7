using System.Text.RegularExpressions;

namespace ReproBuild.Core.Images;

/// <summary>A reference to an image, expanded as Docker expands it (distribution's reference grammar).</summary>
/// <remarks>
/// <c>alpine</c> is <c>docker.io/library/alpine:latest</c>. The first component is a registry when it holds a dot or a colon
/// or is <c>localhost</c>. A reference may have a tag, a digest, or both; then the digest decides and the tag is for people.
/// </remarks>
public sealed partial record ImageReference
{
    private ImageReference(string registry, string repository, string? tag, Digest? digest) =>
        (Registry, Repository, Tag, Digest) = (registry, repository, tag, digest);

    /// <summary>The registry's host, with a port when it names one, such as <c>docker.io</c> or <c>127.0.0.1:5000</c>.</summary>
    public string Registry { get; }

    /// <summary>The path of the repository, such as <c>library/alpine</c>.</summary>
    public string Repository { get; }

    /// <summary>The tag; null when there is only a digest.</summary>
    public string? Tag { get; }

    /// <summary>The digest, or null.</summary>
    public Digest? Digest { get; }

    /// <summary>Parses and expands a reference.</summary>
    /// <exception cref="ImageReferenceException">The text is not a reference; the message says what is wrong with it.</exception>
    public static ImageReference Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (rest, digest) = SplitDigest(text);
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var colon = rest.LastIndexOf(':');
        var hasTag = colon > rest.LastIndexOf('/');
        var tag = hasTag ? rest[(colon + 1)..] : null;
        var name = hasTag ? rest[..colon] : rest;
        if (tag is not null && !TagPattern().IsMatch(tag))
        {
            throw Invalid(text, $"the tag '{tag}' is not 1 to 128 letters, digits, '_', '.' or '-'");
        }

        var first = slash < 0 ? "" : name[..slash];
        var hasRegistry = first == "localhost" || first.AsSpan().ContainsAny('.', ':') || first.AsSpan().ContainsAnyInRange('A', 'Z');
        var registry = hasRegistry ? first : "docker.io";
        if (registry == "index.docker.io")
        {
            registry = "docker.io";
        }

        var repository = hasRegistry ? name[(slash + 1)..] : name;
        if (registry == "docker.io" && !repository.Contains('/', StringComparison.Ordinal))
        {
            repository = "library/" + repository;
        }

        return !RegistryPattern().IsMatch(registry) ? throw Invalid(text, $"'{registry}' is not a host name with an optional port")
            : !RepositoryPattern().IsMatch(repository) ? throw Invalid(text, $"the repository '{repository}' may hold only lower-case letters, digits and the separators '.', '_', '__', '-' and '/'")
            : registry.Length + 1 + repository.Length > MaxNameLength ? throw Invalid(text, $"the name is longer than {MaxNameLength} characters")
            : new ImageReference(registry, repository, tag ?? (digest is null ? "latest" : null), digest);
    }

    /// <summary>The same repository at the given digest; the tag is kept.</summary>
    public ImageReference WithDigest(Digest digest) => new(Registry, Repository, Tag, digest);

    /// <summary>The full reference: registry, repository, tag and digest.</summary>
    public override string ToString() =>
        $"{Registry}/{Repository}{(Tag is null ? "" : ":" + Tag)}{(Digest is null ? "" : "@" + Digest)}";

    private const int MaxNameLength = 255;

    private static (string Name, Digest? Digest) SplitDigest(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at < 0 ? (text, null)
            : Images.Digest.TryParse(text[(at + 1)..], out var digest) ? (text[..at], digest)
            : throw Invalid(text, $"'{text[(at + 1)..]}' is not a digest such as sha256: with 64 lower-case hexadecimal digits");
    }

    private static ImageReferenceException Invalid(string text, string why) =>
        new(text, $"'{text}' is not an image reference: {why}. Write it as [registry[:port]/]repository[:tag][@digest].");

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TagPattern();

    [GeneratedRegex(@"\A(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)(?::[0-9]{1,5})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex RegistryPattern();

    [GeneratedRegex(@"\A[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex RepositoryPattern();
}
