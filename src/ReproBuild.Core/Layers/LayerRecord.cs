using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Layers;

/// <summary>What is known of an uncompressed layer once it was read and verified: its entries, and what later reads of it are verified by.</summary>
/// <remarks>
/// Stored beside the archive, it makes reading the whole again unnecessary. The stored form is bound under its SHA-256 to the diff id, the
/// length, and the versions of the form and of the reader of archives; it depends only on the archive, so it is the same for every build.
/// </remarks>
public sealed class LayerRecord
{
    internal LayerRecord(Digest diffId, BlockChecksums checksums, LayerIndex index) => (DiffId, Checksums, Index) = (diffId, checksums, index);

    /// <summary>The digest of the archive.</summary>
    public Digest DiffId { get; }

    /// <summary>The length of the archive, and a checksum for each of its blocks.</summary>
    public BlockChecksums Checksums { get; }

    /// <summary>The entries, with the SHA-256 of each regular file's content.</summary>
    /// <remarks>When the holes of sparse files have more than 1 GiB together, the sparse files beyond it have no hash.</remarks>
    public LayerIndex Index { get; }

    /// <summary>Reads and verifies an uncompressed layer in one pass.</summary>
    /// <param name="uncompressedTar">The layer; it need not be seekable, is read to its end and stays open.</param>
    /// <param name="diffId">The digest that it must have.</param>
    /// <param name="limits">What the archive must not exceed; null for <see cref="InputLimits.Default"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="IntegrityException">The archive is malformed, exceeds a limit, or has another digest.</exception>
    public static async Task<LayerRecord> ReadAsync(
        Stream uncompressedTar, Digest diffId, InputLimits? limits = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(uncompressedTar);
        ArgumentNullException.ThrowIfNull(diffId);
        using var scanner = new LayerScanner(uncompressedTar, diffId, limits ?? InputLimits.Default);
        return await scanner.ScanAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="stream">The stored record and nothing after it; it stays open.</param>
    /// <param name="diffId">The layer that it must be of.</param>
    /// <param name="limits">What the layer must not exceed; null for <see cref="InputLimits.Default"/>.</param>
    /// <exception cref="IntegrityException">
    /// The record is damaged, of another layer, exceeds a limit, or was written by another version: make it again.
    /// </exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static LayerRecord Load(Stream stream, Digest diffId, InputLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(diffId);
        using var input = new HashedInput(stream);
        return new LayerRecordReader(input, limits ?? InputLimits.Default).Read(diffId);
    }

    /// <summary>Writes the record in a compact form that ends with its SHA-256.</summary>
    /// <param name="stream">The destination; it stays open.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var output = new HashedOutput(stream);
        new LayerRecordWriter(output).Write(this);
    }

    /// <summary>The archive, verified by these checksums as it is read.</summary>
    /// <param name="archive">The bytes of the archive, which may change at any time; if it can be disposed, it is disposed with the result.</param>
    public VerifiedBlob Verify(Blob archive) => new(archive, Checksums, $"The uncompressed layer {DiffId}");
}
