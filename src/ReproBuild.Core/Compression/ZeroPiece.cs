namespace ReproBuild.Core.Compression;

/// <summary>A full piece of zeros after zeros, which the unused space of a disk has by the thousand: compressed once, with the same bytes each time.</summary>
internal static class ZeroPiece
{
    private const int WindowLength = DeflateFormat.WindowSize + GzipPiece.Capacity;

    private static readonly Lazy<byte[]> Encoded = new(Encode);

    /// <summary>Whether the dictionary and the data of a piece are such a piece.</summary>
    public static bool Matches(ReadOnlySpan<byte> window) => window.Length == WindowLength && !window.ContainsAnyExcept((byte)0);

    /// <summary>Writes the compressed bytes and tells how many they are.</summary>
    public static int CopyTo(Span<byte> destination)
    {
        Encoded.Value.CopyTo(destination);
        return Encoded.Value.Length;
    }

    private static byte[] Encode()
    {
        var encoded = new byte[DeflateEncoder.MaxEncodedLength(GzipPiece.Capacity)];
        return encoded[..DeflateEncoderPool.Encode(new byte[WindowLength], DeflateFormat.WindowSize, encoded, isFinal: false)];
    }
}
