using ReproBuild.Core.Compression.Zstandard;

namespace ReproBuild.Core.Compression;

/// <summary>Compresses whole buffers to Zstandard frames (RFC 8878), as SquashFS stores them; the bytes depend only on the input.</summary>
/// <remarks>
/// Each frame is one segment (section 3.1.1.1.1.2) with the size of its content, without a checksum and without a dictionary, so a reader needs
/// as much memory as the content. Safe for concurrent use.
/// </remarks>
internal static class ZstandardFrameEncoder
{
    /// <summary>The greatest size that a buffer of <paramref name="sourceLength"/> bytes can have when it is compressed, in bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative, or so large that a span could not hold the result.</exception>
    public static int GetMaxCompressedLength(int sourceLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sourceLength);
        var length = FrameEncoder.MaxEncodedLength(sourceLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Array.MaxLength, nameof(sourceLength));
        return (int)length;
    }

    /// <summary>Compresses <paramref name="source"/> to one frame.</summary>
    /// <param name="source">What to compress.</param>
    /// <param name="destination">Receives the frame; make it one byte shorter than the source to compress only if that saves space.</param>
    /// <param name="effort">How much time it takes to make the frame smaller. The default is the best, as SquashFS has used it all along.</param>
    /// <returns>
    /// How many bytes were written, or 0 if the frame does not fit; then the content of <paramref name="destination"/> is undefined.
    /// </returns>
    public static int Compress(ReadOnlySpan<byte> source, Span<byte> destination, CompressionEffort effort = CompressionEffort.Default) =>
        FrameEncoder.Encode(source, destination, effort);
}
