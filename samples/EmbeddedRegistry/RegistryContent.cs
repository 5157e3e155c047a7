using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace EmbeddedRegistry;

/// <summary>What a registry holds: blobs, manifests and tags, in memory. Safe for concurrent use.</summary>
public sealed class RegistryContent
{
    private readonly ConcurrentDictionary<string, byte[]> _blobs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Repository, string Reference), StoredManifest> _manifests = new();

    /// <summary>Adds a blob, which every repository offers.</summary>
    /// <returns>Its digest.</returns>
    public string AddBlob(byte[] content)
    {
        var digest = DigestOf(content);
        _blobs[digest] = content;
        return digest;
    }

    /// <summary>Adds a manifest or an index to a repository, under its digest and perhaps a tag.</summary>
    /// <returns>Its digest.</returns>
    public string AddManifest(string repository, string? tag, string mediaType, byte[] content)
    {
        var manifest = new StoredManifest(DigestOf(content), mediaType, content);
        _manifests[(repository, manifest.Digest)] = manifest;
        if (tag is not null)
        {
            _manifests[(repository, tag)] = manifest;
        }

        return manifest.Digest;
    }

    /// <summary>The digest of some content, as OCI writes it.</summary>
    public static string DigestOf(ReadOnlySpan<byte> content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

    internal bool TryGetBlob(string digest, [NotNullWhen(true)] out byte[]? content) => _blobs.TryGetValue(digest, out content);

    internal bool TryGetManifest(string repository, string reference, [NotNullWhen(true)] out StoredManifest? manifest) =>
        _manifests.TryGetValue((repository, reference), out manifest);

    internal bool HasRepository(string repository) => _manifests.Keys.Any(key => key.Repository == repository);

    internal IEnumerable<string> Tags(string repository) => _manifests.Keys
        .Where(key => key.Repository == repository && !key.Reference.Contains(':', StringComparison.Ordinal))
        .Select(static key => key.Reference).Order(StringComparer.Ordinal);
}

/// <summary>A manifest or an index.</summary>
internal sealed record StoredManifest(string Digest, string MediaType, byte[] Content);
