namespace ReproBuild.Core.Compression;

/// <summary>
/// A full piece of zeros after zeros, as the unused space of a disk has by the thousand: compressed only once, since the bytes are always the same.
/// </summary>
internal static class ZeroPiece
{
    private const int WindowLength = DeflateFormat.WindowSize + GzipPiece.Capacity;

    private static readonly Lazy<byte[]> Encoded = new(Encode);

    /// <summary>Whether the dictionary and the data of a piece are all zeros.</summary>
    public static bool Matches(ReadOnlySpan<byte> window) => window.Length == WindowLength && !window.ContainsAnyExcept((byte)0);

    /// <summary>Writes the compressed bytes and returns how many there are.</summary>
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
