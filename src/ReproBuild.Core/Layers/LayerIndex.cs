using System.Collections.Immutable;
using ReproBuild.Core.Tar;

namespace ReproBuild.Core.Layers;

/// <summary>The entries of an uncompressed layer, in archive order, each with the offset of its data.</summary>
/// <remarks>
/// Read once from the layer, then stored next to it. The stored form depends only on the entries, so it is the same for every build.
/// </remarks>
public sealed class LayerIndex
{
    /// <summary>Creates an index over entries already read.</summary>
    public LayerIndex(ImmutableArray<TarEntry> entries) => Entries = entries.IsDefault ? [] : entries;

    /// <summary>The entries, in archive order.</summary>
    public ImmutableArray<TarEntry> Entries { get; }

    /// <summary>Indexes an uncompressed layer, reading it from beginning to end.</summary>
    /// <param name="uncompressedTar">The layer; it need not be seekable, is read to its end and stays open.</param>
    /// <param name="limits">What the archive must not exceed; null for <see cref="InputLimits.Default"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="IntegrityException">The archive is malformed, or exceeds a limit.</exception>
    public static async Task<LayerIndex> FromTarAsync(
        Stream uncompressedTar, InputLimits? limits = null, CancellationToken cancellationToken = default)
    {
        using var reader = new TarReader(uncompressedTar, limits, keepsOthers: false);
        var entries = ImmutableArray.CreateBuilder<TarEntry>();
        while (await reader.ReadEntryAsync(cancellationToken).ConfigureAwait(false) is { } entry)
        {
            entries.Add(entry);
        }

        return new LayerIndex(entries.DrainToImmutable());
    }

    /// <summary>Reads an index that <see cref="Save"/> wrote.</summary>
    /// <param name="stream">The stored index and nothing after it; it stays open.</param>
    /// <param name="limits">What the index must not exceed; null for <see cref="InputLimits.Default"/>.</param>
    /// <exception cref="IntegrityException">The index is damaged, exceeds a limit, or was written by another version: make it again.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static LayerIndex Load(Stream stream, InputLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var input = new HashedInput(stream);
        return new LayerIndexReader(input, limits ?? InputLimits.Default).Read();
    }

    /// <summary>Writes the index in a compact form that ends with its SHA-256.</summary>
    /// <param name="stream">The destination; it stays open.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var output = new HashedOutput(stream);
        new LayerIndexWriter(output).Write(Entries);
    }
}
