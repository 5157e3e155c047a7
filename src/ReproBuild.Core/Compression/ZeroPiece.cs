using ReproBuild.Core.Compression.Deflate;

namespace ReproBuild.Core.Compression;

/// <summary>
/// A full piece of zeros in gzip, as the unused space of a disk has by the thousand: compressed only once, since the bytes are always the same.
/// </summary>
internal static class ZeroPiece
{
    private static readonly Lazy<byte[]> Encoded = new(Encode);

    /// <summary>Whether a piece is full and all zeros.</summary>
    public static bool Matches(ReadOnlySpan<byte> data) => data.Length == PieceFormat.PieceLength && !data.ContainsAnyExcept((byte)0);

    /// <summary>Writes the compressed bytes and returns how many there are.</summary>
    public static int CopyTo(Span<byte> destination)
    {
        Encoded.Value.CopyTo(destination);
        return Encoded.Value.Length;
    }

    private static byte[] Encode()
    {
        var encoded = new byte[DeflateEncoder.MaxEncodedLength(PieceFormat.PieceLength)];
        return encoded[..DeflateEncoder.Encode(new byte[PieceFormat.PieceLength], encoded, CompressionEffort.Default, isFinal: false)];
    }
}
