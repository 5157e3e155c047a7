using System.Runtime.CompilerServices;
using static ReproBuild.Core.Compression.Coding.UncheckedBytes;

namespace ReproBuild.Core.Compression.Coding;

/// <summary>Counts bytes.</summary>
internal static class ByteFrequencies
{
    private const int Values = 256;

    // Equal bytes that follow one another would wait for each other's count.
    private const int Lanes = 4;

    /// <summary>Counts how often each value occurs.</summary>
    /// <param name="bytes">The bytes, all of them less than the number of <paramref name="frequencies"/>.</param>
    /// <param name="frequencies">One for each value that may occur, 256 at most.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Count(ReadOnlySpan<byte> bytes, Span<int> frequencies)
    {
        unchecked
        {
            Span<int> lanes = stackalloc int[Lanes * Values];
            lanes.Clear();
            var i = 0;
            for (; i <= bytes.Length - sizeof(ulong); i += sizeof(ulong))
            {
                var word = Load64(bytes, i);
                Item(lanes, (byte)word)++;
                Item(lanes, Values + (byte)(word >> 8))++;
                Item(lanes, (2 * Values) + (byte)(word >> 16))++;
                Item(lanes, (3 * Values) + (byte)(word >> 24))++;
                Item(lanes, (byte)(word >> 32))++;
                Item(lanes, Values + (byte)(word >> 40))++;
                Item(lanes, (2 * Values) + (byte)(word >> 48))++;
                Item(lanes, (3 * Values) + (byte)(word >> 56))++;
            }

            for (; i < bytes.Length; i++)
            {
                lanes[bytes[i]]++;
            }

            for (var value = 0; value < frequencies.Length; value++)
            {
                frequencies[value] = lanes[value] + lanes[Values + value] + lanes[(2 * Values) + value] + lanes[(3 * Values) + value];
            }
        }
    }
}
