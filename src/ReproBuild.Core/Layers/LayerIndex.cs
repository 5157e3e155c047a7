using System.Collections.Immutable;
using System.Security.Cryptography;
using ReproBuild.Core.Tar;

namespace ReproBuild.Core.Layers;

/// <summary>The entries of an uncompressed layer, in archive order, each with the offset of its data.</summary>
/// <remarks>Read once from the layer; <see cref="LayerRecord"/> keeps it for later.</remarks>
public sealed class LayerIndex
{
    private readonly ReadOnlyMemory<byte> _contentHashes;

    /// <summary>Creates an index over entries already read.</summary>
    public LayerIndex(ImmutableArray<TarEntry> entries) => Entries = entries.IsDefault ? [] : entries;

    /// <param name="entries">The entries.</param>
    /// <param name="contentHashes">32 bytes for each entry, zeros where nothing is known.</param>
    internal LayerIndex(ImmutableArray<TarEntry> entries, ReadOnlyMemory<byte> contentHashes)
        : this(entries) => _contentHashes = contentHashes;

    /// <summary>The entries, in archive order.</summary>
    public ImmutableArray<TarEntry> Entries { get; }

    /// <summary>The SHA-256 of an entry's content, holes as zeros.</summary>
    /// <param name="entry">The entry's place in <see cref="Entries"/>.</param>
    /// <returns>32 bytes; none when the entry is not a regular file, or nobody computed it.</returns>
    public ReadOnlySpan<byte> ContentHash(int entry) => ContentSha256(entry).Span;

    /// <inheritdoc cref="ContentHash"/>
    internal ReadOnlyMemory<byte> ContentSha256(int entry)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(entry);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(entry, Entries.Length);
        var hash = _contentHashes.IsEmpty ? default : _contentHashes.Slice(entry * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes);
        return hash.Span.ContainsAnyExcept((byte)0) ? hash : default;
    }

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
}
