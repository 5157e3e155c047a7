using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Layers;

/// <summary>One uncompressed OCI layer: its tar archive with random access, and the index of its entries.</summary>
/// <param name="DiffId">The digest of the uncompressed archive.</param>
/// <param name="Archive">The uncompressed archive.</param>
/// <param name="Index">The entries of the archive, in archive order.</param>
public sealed record Layer(Digest DiffId, Blob Archive, LayerIndex Index);
