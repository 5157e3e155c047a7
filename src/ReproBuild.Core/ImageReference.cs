using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace ReproBuild;

/// <summary>A reference to an image, expanded as Docker expands it (distribution's reference grammar).</summary>
/// <remarks>
/// <c>alpine</c> is <c>docker.io/library/alpine:latest</c>. The first component is a registry if it contains a dot or a colon
/// or is <c>localhost</c>. A reference may have a tag, a digest, or both; then the digest decides and the tag is for people.
/// </remarks>
[JsonConverter(typeof(TextJsonConverter<ImageReference>))]
public sealed partial record ImageReference : IParsable<ImageReference>
{
    private ImageReference(string registry, string repository, string? tag, Digest? digest) =>
        (Registry, Repository, Tag, Digest) = (registry, repository, tag, digest);

    /// <summary>The registry's host, with the port if one is given, such as <c>docker.io</c> or <c>127.0.0.1:5000</c>.</summary>
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
        return ParseParts(text, out var problem) ??
            throw new ImageReferenceException(
                text, $"'{text.Shown()}' is not an image reference: {problem}. Write it as [registry[:port]/]repository[:tag][@digest].");
    }

    /// <summary>Parses and expands a reference; false when the text is not one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ImageReference? reference)
    {
        reference = text is null ? null : ParseParts(text, out _);
        return reference is not null;
    }

    static ImageReference IParsable<ImageReference>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<ImageReference>.TryParse(
        [NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out ImageReference result) => TryParse(s, out result);

    /// <summary>The same repository at the given digest; the tag is kept.</summary>
    public ImageReference WithDigest(Digest digest) => new(Registry, Repository, Tag, digest);

    /// <summary>The full reference: registry, repository, tag and digest.</summary>
    public override string ToString() =>
        $"{Registry}/{Repository}{(Tag is null ? "" : ":" + Tag)}{(Digest is null ? "" : "@" + Digest)}";

    private const int MaxNameLength = 255;

    /// <summary>The reference, or null and what is wrong with the text.</summary>
    private static ImageReference? ParseParts(string text, out string problem)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        Digest? digest = null;
        if (at >= 0 && !Digest.TryParse(text[(at + 1)..], out digest))
        {
            problem = $"'{text[(at + 1)..].Shown()}' is not a digest such as sha256: with 64 lower-case hexadecimal digits";
            return null;
        }

        var rest = at < 0 ? text : text[..at];
        var colon = rest.LastIndexOf(':');
        var tag = colon > rest.LastIndexOf('/') ? rest[(colon + 1)..] : null;
        var (registry, repository) = SplitRegistry(tag is null ? rest : rest[..colon]);
        problem =
            tag is not null && !TagPattern().IsMatch(tag) ? $"the tag '{tag.Shown()}' is not 1 to 128 letters, digits, '_', '.' or '-'" :
            !RegistryPattern().IsMatch(registry) ? $"'{registry.Shown()}' is not a host name with an optional port" :
            !RepositoryPattern().IsMatch(repository)
                ? $"the repository '{repository.Shown()}' may contain only lower-case letters, digits and the separators '.', '_', '__', '-' and '/'" :
            registry.Length + 1 + repository.Length > MaxNameLength ? $"the name is longer than {MaxNameLength} characters" : "";
        return problem.Length > 0 ? null : new ImageReference(registry, repository, tag ?? (digest is null ? "latest" : null), digest);
    }

    /// <summary>The first component is a registry when it looks like a host; Docker Hub's own repositories are below <c>library</c>.</summary>
    private static (string Registry, string Repository) SplitRegistry(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : name[..slash];
        var hasRegistry = first == "localhost" || first.AsSpan().ContainsAny('.', ':') || first.AsSpan().ContainsAnyInRange('A', 'Z');
        var registry = !hasRegistry || first == "index.docker.io" ? "docker.io" : first;
        var repository = hasRegistry ? name[(slash + 1)..] : name;
        var isOfficial = registry == "docker.io" && !repository.Contains('/', StringComparison.Ordinal);
        return (registry, isOfficial ? "library/" + repository : repository);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TagPattern();

    [GeneratedRegex(
        @"\A(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)(?::[0-9]{1,5})?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex RegistryPattern();

    [GeneratedRegex(@"\A[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex RepositoryPattern();
}
