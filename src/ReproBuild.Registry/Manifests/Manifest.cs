using System.Collections.Immutable;

namespace ReproBuild.Registry.Manifests;

/// <summary>A manifest or index as its provider stores it.</summary>
/// <param name="Digest">The digest of <paramref name="Bytes"/>, computed here.</param>
/// <param name="MediaType">What the provider says it is, without parameters; empty when it does not say.</param>
/// <param name="Bytes">The JSON text.</param>
internal sealed record ManifestContent(Digest Digest, string MediaType, ReadOnlyMemory<byte> Bytes);

/// <summary>A manifest or an index, parsed.</summary>
/// <param name="MediaType">One of <see cref="MediaTypes"/>.</param>
internal abstract record Manifest(string MediaType);

/// <summary>One image (OCI image specification 1.1, manifest.md).</summary>
/// <param name="MediaType">One of <see cref="MediaTypes"/>.</param>
/// <param name="Configuration">The image's configuration.</param>
/// <param name="Layers">The layers, lowest first.</param>
internal sealed record ImageManifest(string MediaType, OciDescriptor Configuration, ImmutableArray<OciDescriptor> Layers)
    : Manifest(MediaType);

/// <summary>The manifests of several platforms (OCI image specification 1.1, image-index.md).</summary>
/// <param name="MediaType">One of <see cref="MediaTypes"/>.</param>
/// <param name="Manifests">The manifests, in the order of the index, which is the order of preference.</param>
internal sealed record ImageIndex(string MediaType, ImmutableArray<OciDescriptor> Manifests)
    : Manifest(MediaType)
{
    /// <summary>What is wrong with the entries that are left out of <see cref="Manifests"/>, since they are malformed.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];
}
