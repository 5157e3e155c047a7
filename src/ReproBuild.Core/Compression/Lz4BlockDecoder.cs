using System.Buffers.Binary;

namespace ReproBuild.Core.Compression;

/// <summary>Unpacks raw LZ4 blocks (lz4_Block_format.md).</summary>
internal static class Lz4BlockDecoder
{
    /// <summary>Unpacks one block and returns how many bytes it contained.</summary>
    /// <exception cref="InvalidDataException">The block is malformed, or larger than <paramref name="destination"/>.</exception>
    public static int Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var written = 0;
        while (true)
        {
            var token = ReadByte(ref source);
            var literals = ReadLength(ref source, token >> 4);
            if (literals > source.Length || literals > destination.Length - written)
            {
                throw Malformed("literals go beyond its end");
            }

            source[..literals].CopyTo(destination[written..]);
            source = source[literals..];
            written += literals;
            if (source.IsEmpty)
            {
                return written;
            }

            var distance = ReadDistance(ref source);
            var length = ReadLength(ref source, token & 0xF) + Lz4Format.MinMatch;
            if (distance == 0 || distance > written || length > destination.Length - written)
            {
                throw Malformed("a match goes beyond its bounds");
            }

            CopyMatch(destination, written, distance, length);
            written += length;
        }
    }

    // Source and target may overlap: then the bytes repeat with the distance as period, which doubles with every copy.
    private static void CopyMatch(Span<byte> destination, int at, int distance, int length)
    {
        var from = at - distance;
        while (length > 0)
        {
            var count = Math.Min(at - from, length);
            destination.Slice(from, count).CopyTo(destination[at..]);
            at += count;
            length -= count;
        }
    }

    private static int ReadLength(ref ReadOnlySpan<byte> source, int nibble)
    {
        var length = nibble;
        if (nibble == Lz4Format.LongLength)
        {
            byte next;
            do
            {
                next = ReadByte(ref source);
                length += next;
            }
            while (next == 255);
        }

        return length;
    }

    private static int ReadDistance(ref ReadOnlySpan<byte> source)
    {
        if (source.Length < 2)
        {
            throw Malformed("it ends early");
        }

        var distance = BinaryPrimitives.ReadUInt16LittleEndian(source);
        source = source[2..];
        return distance;
    }

    private static byte ReadByte(ref ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty)
        {
            throw Malformed("it ends early");
        }

        var value = source[0];
        source = source[1..];
        return value;
    }

    private static InvalidDataException Malformed(string what) => new($"An LZ4 block is malformed: {what}.");
}
