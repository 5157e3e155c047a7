using System.Buffers.Binary;

using ReproBuild.Core.Compression.Deflate;

namespace ReproBuild.Core.Compression;

/// <summary>Compresses whole buffers to zlib streams (RFC 1950) whose bytes depend only on the input.</summary>
/// <remarks>Safe for concurrent use.</remarks>
internal static class ZlibEncoder
{
    private const int HeaderLength = 2;
    private const int ChecksumLength = 4;

    // CM 8 with a window of 32 KiB, FLEVEL 2 (the default algorithm), no dictionary, and FCHECK (section 2.2).
    private const ushort Header = 0x789C;

    /// <summary>The greatest size that a buffer of <paramref name="sourceLength"/> bytes can have when it is compressed, in bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative, or so large that a span could not hold the result.</exception>
    public static int GetMaxCompressedLength(int sourceLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sourceLength);
        var length = DeflateEncoder.MaxEncodedLength(sourceLength) + HeaderLength + ChecksumLength;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Array.MaxLength, nameof(sourceLength));
        return (int)length;
    }

    /// <summary>Compresses <paramref name="source"/> to one zlib stream.</summary>
    /// <param name="source">What to compress.</param>
    /// <param name="destination">Receives the stream; make it one byte shorter than the source to compress only if that saves space.</param>
    /// <param name="effort">How much time it takes to make the stream smaller.</param>
    /// <returns>
    /// How many bytes were written, or 0 if the stream does not fit; then the content of <paramref name="destination"/> is undefined.
    /// </returns>
    public static int Compress(ReadOnlySpan<byte> source, Span<byte> destination, CompressionEffort effort = CompressionEffort.Default)
    {
        if (destination.Length <= HeaderLength + ChecksumLength)
        {
            return 0;
        }

        var written = DeflateEncoder.Encode(source, destination[HeaderLength..^ChecksumLength], effort, isFinal: true);
        if (written < 0)
        {
            return 0;
        }

        BinaryPrimitives.WriteUInt16BigEndian(destination, Header);
        BinaryPrimitives.WriteUInt32BigEndian(destination[(HeaderLength + written)..], Adler32.Compute(source));
        return HeaderLength + written + ChecksumLength;
    }
}
