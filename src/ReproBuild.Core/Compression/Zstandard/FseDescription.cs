using System.Numerics;
using ReproBuild.Core.Compression.Coding;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Describes how a table's cells are distributed (RFC 8878, section 4.1.1).</summary>
internal static class FseDescription
{
    /// <summary>The greatest size of a description: 53 symbols of 10 bits, with 2 bits for each run of zeros.</summary>
    public const int MaxLength = 96;

    private const int AccuracyBits = 4;
    private const int RepeatBits = 2;
    private const int MaxRepeat = 3;

    /// <summary>Writes the description; the rest of the last byte is zeros.</summary>
    /// <returns>How many bytes were written.</returns>
    public static int Write(Span<byte> destination, ReadOnlySpan<short> probabilities, int log)
    {
        var writer = new BitWriter(destination);
        writer.Write((uint)(log - ZstandardFormat.MinAccuracyLog), AccuracyBits);
        var left = 1 << log;
        for (var symbol = 0; left > 0; symbol++)
        {
            WriteValue(ref writer, probabilities[symbol] + 1, left + 1);
            left -= Math.Abs(probabilities[symbol]);
            if (probabilities[symbol] == 0)
            {
                symbol += WriteZeros(ref writer, probabilities[(symbol + 1)..]);
            }
        }

        return writer.Finish();
    }

    /// <summary>
    /// Writes a value of 0 to <paramref name="greatest"/>: the lowest ones take a bit less, as far as the number of bits has values to spare.
    /// </summary>
    private static void WriteValue(ref BitWriter writer, int value, int greatest)
    {
        var bits = BitOperations.Log2((uint)greatest) + 1;
        var shorter = (1 << bits) - 1 - greatest;
        if (value < shorter)
        {
            writer.Write((uint)value, bits - 1);
        }
        else
        {
            writer.Write((uint)(value < 1 << (bits - 1) ? value : value + shorter), bits);
        }
    }

    /// <summary>Writes how many zeros follow one, and returns it.</summary>
    private static int WriteZeros(ref BitWriter writer, ReadOnlySpan<short> probabilities)
    {
        // Some symbol always follows: the description ends when all cells are assigned.
        var zeros = probabilities.IndexOfAnyExcept((short)0);
        var left = zeros;
        for (; left >= MaxRepeat; left -= MaxRepeat)
        {
            writer.Write(MaxRepeat, RepeatBits);
        }

        writer.Write((uint)left, RepeatBits);
        return zeros;
    }
}
