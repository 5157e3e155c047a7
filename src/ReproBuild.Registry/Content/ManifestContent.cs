namespace ReproBuild.Registry.Content;

/// <summary>A manifest or index as its provider stores it.</summary>
/// <param name="Digest">The digest of <paramref name="Bytes"/>, computed here.</param>
/// <param name="MediaType">What the provider says it is, without parameters; empty when it does not say.</param>
/// <param name="Bytes">The JSON text.</param>
internal sealed record ManifestContent(Digest Digest, string MediaType, ReadOnlyMemory<byte> Bytes);
