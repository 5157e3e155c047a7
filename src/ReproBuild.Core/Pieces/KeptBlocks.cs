using ReproBuild.Core.Compression;

namespace ReproBuild.Core.Pieces;

/// <summary>Compresses blocks that have been read already, unless the store has them compressed.</summary>
/// <param name="store">The store, or null.</param>
/// <param name="name">How they are compressed; <see cref="PieceFormat.Name"/> says when it changes.</param>
internal sealed class KeptBlocks(IPieceStore? store, string name)
{
    /// <summary>Shorter blocks are compressed each time: to look for one would take as long.</summary>
    private const int MinLength = 16 * 1024;

    /// <summary>Compresses a block. Safe for concurrent use.</summary>
    /// <returns>How many bytes were written; 0 for a block that does not become smaller.</returns>
    public delegate int Encoder(ReadOnlySpan<byte> source, Span<byte> destination);

    /// <inheritdoc cref="Encoder"/>
    public int GetOrCompress(ReadOnlySpan<byte> source, Span<byte> destination, Encoder encode)
    {
        if (store is null || source.Length < MinLength)
        {
            return encode(source, destination);
        }

        var key = PieceIdentity.Key(name, PieceIdentity.Of(source));
        if (store.TryRead(key, destination) is { } kept && kept.Input.Length == source.Length)
        {
            return kept.EncodedLength;
        }

        var length = encode(source, destination);
        store.Write(key, new CheckedLength(source.Length, 0), destination[..length]);
        return length;
    }
}
