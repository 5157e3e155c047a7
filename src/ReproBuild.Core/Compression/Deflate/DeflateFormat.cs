using System.Numerics;
using System.Runtime.CompilerServices;

namespace ReproBuild.Core.Compression.Deflate;

/// <summary>The alphabets of deflate (RFC 1951, section 3.2.5).</summary>
internal static class DeflateFormat
{
    public const int WindowSize = 32 * 1024;
    public const int MinMatch = 3;
    public const int MaxMatch = 258;
    public const int MaxStoredLength = 65535;

    public const int EndOfBlock = 256;
    public const int FirstLengthSymbol = 257;
    public const int LiteralSymbols = 286;
    public const int DistanceSymbols = 30;
    public const int CodeLengthSymbols = 19;
    public const int MaxCodeLength = 15;
    public const int MaxCodeLengthCodeLength = 7;

    private static readonly byte[] LengthSymbols = MakeLengthSymbols();

    /// <summary>The shortest match of each length symbol, from 257 on.</summary>
    public static ReadOnlySpan<short> LengthBases =>
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];

    /// <summary>How many bits follow each length symbol, from 257 on.</summary>
    public static ReadOnlySpan<byte> LengthExtraBits =>
        [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

    /// <summary>The order in which the lengths of the code length code are written (section 3.2.7).</summary>
    public static ReadOnlySpan<byte> CodeLengthOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>The length symbol of a match of <paramref name="length"/> bytes, counted from 257.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LengthSymbol(int length) => LengthSymbols[length];

    /// <summary>The distance symbol of a distance of 1 to 32,768.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int DistanceSymbol(int distance)
    {
        unchecked
        {
            var value = (uint)distance - 1;
            if (value < 4)
            {
                return (int)value;
            }

            var log = BitOperations.Log2(value);
            return (2 * log) + (int)((value >> (log - 1)) & 1);
        }
    }

    /// <summary>How many bits follow a distance symbol.</summary>
    public static int DistanceExtraBits(int symbol) => symbol < 4 ? 0 : (symbol >> 1) - 1;

    /// <summary>Whether a number is a distance: 1 to <paramref name="farthest"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsDistance(int value, int farthest) => unchecked((uint)(value - 1) < (uint)farthest);

    private static byte[] MakeLengthSymbols()
    {
        var symbols = new byte[MaxMatch + 1];
        for (var length = MinMatch; length <= MaxMatch; length++)
        {
            var symbol = LengthBases.Length - 1;
            while (LengthBases[symbol] > length)
            {
                symbol--;
            }

            symbols[length] = (byte)symbol;
        }

        return symbols;
    }
}
