using System.Collections.Immutable;

namespace ReproBuild.Registry.Content;

/// <summary>Content by type, digest and size (OCI image specification 1.1, descriptor.md).</summary>
/// <param name="MediaType">What the content is.</param>
/// <param name="Digest">The digest of its bytes.</param>
/// <param name="Size">The number of its bytes.</param>
internal sealed record OciDescriptor(string MediaType, Digest Digest, long Size)
{
    /// <summary>The platform an index gives for a manifest, or null.</summary>
    public Platform? Platform { get; init; }

    /// <summary>The annotations of the descriptor.</summary>
    public ImmutableSortedDictionary<string, string> Annotations { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}
