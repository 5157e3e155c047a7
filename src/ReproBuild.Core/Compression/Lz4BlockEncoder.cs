using System.Buffers;
using System.Buffers.Binary;

namespace ReproBuild.Core.Compression;

/// <summary>Compresses whole buffers to raw LZ4 blocks, as SquashFS and EROFS store them; the bytes depend only on the input.</summary>
/// <remarks>The format: lz4_Block_format.md of the LZ4 project. Safe for concurrent use.</remarks>
internal static class Lz4BlockEncoder
{
    private const int HashBits = 14;
    private const uint HashMultiplier = 0x9E3779B1;

    // After every 64 positions without a match the step grows by one byte, to skip quickly over incompressible data.
    private const int StepShift = 6;

    /// <summary>The greatest size that a buffer of <paramref name="sourceLength"/> bytes can have when it is compressed, in bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative, or so large that a span could not hold the result.</exception>
    public static int GetMaxCompressedLength(int sourceLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sourceLength);
        var length = Lz4Format.MaxCompressedLength(sourceLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Array.MaxLength, nameof(sourceLength));
        return (int)length;
    }

    /// <summary>Compresses <paramref name="source"/> to one block.</summary>
    /// <param name="source">What to compress.</param>
    /// <param name="destination">Receives the block; make it one byte shorter than the source to compress only if that saves space.</param>
    /// <returns>
    /// How many bytes were written, or 0 if the block does not fit; then the content of <paramref name="destination"/> is undefined.
    /// </returns>
    public static int Compress(ReadOnlySpan<byte> source, Span<byte> destination) =>
        CompressPrefix(source, destination, out var written) == source.Length ? written : 0;

    /// <summary>Compresses to one block as much of the beginning of <paramref name="source"/> as fits, for blocks of a fixed size.</summary>
    /// <param name="source">What to compress.</param>
    /// <param name="destination">Receives the block. A source that fits as a whole is compressed as by <see cref="Compress"/>.</param>
    /// <param name="written">How many bytes the block has; what follows it in <paramref name="destination"/> is undefined.</param>
    /// <returns>How many bytes of the source are in the block; 0 if none fits.</returns>
    public static int CompressPrefix(ReadOnlySpan<byte> source, Span<byte> destination, out int written)
    {
        // The latest position of each hash, plus one; zero is none.
        var table = ArrayPool<int>.Shared.Rent(1 << HashBits);
        try
        {
            table.AsSpan(0, 1 << HashBits).Clear();
            var writer = new Lz4SequenceWriter(destination);
            var covered = WriteMatches(source, table, ref writer);
            covered += writer.WriteLast(source[covered..]);
            written = writer.Length;
            return covered;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(table);
        }
    }

    /// <summary>Writes sequences until one does not fit.</summary>
    /// <returns>How many bytes of the source they contain; room is left for the last literals that the format requires.</returns>
    private static int WriteMatches(ReadOnlySpan<byte> source, int[] table, ref Lz4SequenceWriter writer)
    {
        var written = 0;
        var matchEnd = source.Length - Lz4Format.LastLiterals;
        for (int position = 0, misses = 0; position <= source.Length - Lz4Format.LastMatchDistance && position - written < writer.Free;)
        {
            var candidate = Exchange(table, source, position);
            if (candidate < 0 || position - candidate > Lz4Format.MaxDistance || !StartsAlike(source, candidate, position))
            {
                position += 1 + (misses++ >> StepShift);
                continue;
            }

            misses = 0;
            while (position > written && candidate > 0 && source[position - 1] == source[candidate - 1])
            {
                (position, candidate) = (position - 1, candidate - 1);
            }

            var length = source[position..matchEnd].CommonPrefixLength(source[candidate..]);
            var fitting = writer.FittingMatch(position - written, length);
            if (fitting > 0)
            {
                writer.Write(source[written..position], position - candidate, fitting);
                position += fitting;
                written = position;
            }

            if (fitting < length)
            {
                break;
            }

            if (position <= source.Length - Lz4Format.LastMatchDistance)
            {
                Exchange(table, source, position - 2);
            }
        }

        return written;
    }

    /// <summary>Looks up the latest position with the same hash, or -1, and makes <paramref name="position"/> the latest.</summary>
    private static int Exchange(int[] table, ReadOnlySpan<byte> source, int position)
    {
        var bytes = BinaryPrimitives.ReadUInt32LittleEndian(source[position..]);
        ref var slot = ref table[unchecked((int)((bytes * HashMultiplier) >> (32 - HashBits)))];
        var candidate = slot - 1;
        slot = position + 1;
        return candidate;
    }

    private static bool StartsAlike(ReadOnlySpan<byte> source, int first, int second) =>
        BinaryPrimitives.ReadUInt32LittleEndian(source[first..]) == BinaryPrimitives.ReadUInt32LittleEndian(source[second..]);
}
