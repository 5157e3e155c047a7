using System.Globalization;
using System.Text;

namespace ReproBuild.Registry.Cache;

/// <summary>The one place that knows where things are in a cache directory.</summary>
/// <remarks>
/// <code>
/// oci-layout, index.json, blobs/ALGORITHM/HEX     an OCI image layout (OCI image specification 1.1, image-layout.md)
/// reprobuild/layers/ALGORITHM/HEX.tar, .index     uncompressed layers by diff id, and what is known of each
/// reprobuild/pieces/HH/HEX                        compressed parts of artifacts by what they were made of, HH being the first digits
/// reprobuild/tags/HEX                             what a tag resolved to, by the first 16 bytes of the SHA-256 of its name
/// reprobuild/tags/complete                        says that these are all tags: an older version's in index.json are among them
/// reprobuild/index.lock                           held while index.json is rewritten
/// reprobuild/temporary/N.lock, N/                 one running user's unfinished files, and the lock that says it runs
/// reprobuild/fetching/HH.lock                     held while a blob is fetched whose digest begins with these digits
/// </code>
/// </remarks>
internal sealed class CachePaths(string root)
{
    /// <summary>The cache directory.</summary>
    public string Root { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    public string LayoutFile => Path.Combine(Root, "oci-layout");

    public string IndexFile => Path.Combine(Root, "index.json");

    public string IndexLock => Path.Combine(Own, "index.lock");

    private string Own => Path.Combine(Root, "reprobuild");

    public string Blob(Digest digest) => Path.Combine(Root, "blobs", digest.Algorithm, digest.Hex);

    public string LayerArchive(Digest diffId) => Path.Combine(Own, "layers", diffId.Algorithm, diffId.Hex + ".tar");

    public string LayerIndex(Digest diffId) => Path.Combine(Own, "layers", diffId.Algorithm, diffId.Hex + ".index");

    public string Pieces => Path.Combine(Own, "pieces");

    // Half a hash, as for tags.
    public string Piece(ReadOnlySpan<byte> key)
    {
        var name = Convert.ToHexStringLower(key[..(key.Length / 2)]);
        return Path.Combine(Pieces, name[..2], name);
    }

    public string Tags => Path.Combine(Own, "tags");

    public string TagsAreComplete => Path.Combine(Tags, "complete");

    // Half a hash, so that nobody takes the file for one that has this digest. The record itself says whose it is.
    public string Tag(string name) => Path.Combine(Tags, Digest.OfSha256(Encoding.UTF8.GetBytes(name)).Hex[..32]);

    // One for a part of all digests, so that nothing is left that somebody had to delete.
    public string FetchLock(Digest digest) => Path.Combine(Own, "fetching", digest.Hex[..2] + ".lock");

    public string Temporary => Path.Combine(Own, "temporary");

    public string TemporaryLock(int slot) => TemporaryDirectory(slot) + ".lock";

    public string TemporaryDirectory(int slot) => Path.Combine(Temporary, slot.ToString(CultureInfo.InvariantCulture));
}
