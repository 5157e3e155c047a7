using System.Numerics;
using System.Runtime.CompilerServices;

namespace ReproBuild.Core.Compression.Coding;

/// <summary>Binary logarithms in integers, so that they are the same on every machine.</summary>
internal static class FixedPointLog
{
    /// <summary>How many bits of a logarithm are the fraction.</summary>
    public const int FractionBits = 16;

    private const int MantissaBits = 31;

    private const int TableBits = 12;

    private static readonly int[] Logs = MakeTable();

    /// <summary>The logarithm of 1 to 4,095.</summary>
    public static int Log2(int value) => Logs[value];

    /// <summary>The logarithm of any number from 1 on, by its first 12 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Approximate(int value)
    {
        if (value < 1 << TableBits)
        {
            return Logs[value];
        }

        var dropped = BitOperations.Log2((uint)value) + 1 - TableBits;
        return Logs[value >> dropped] + (dropped << FractionBits);
    }

    private static int[] MakeTable()
    {
        var logs = new int[1 << TableBits];
        for (var value = 1; value < logs.Length; value++)
        {
            logs[value] = Compute((uint)value);
        }

        return logs;
    }

    // Squaring the mantissa doubles its logarithm, whose next bit says whether it has reached two.
    private static int Compute(uint value)
    {
        var log = BitOperations.Log2(value);
        var mantissa = (ulong)value << (MantissaBits - log);
        for (var i = 0; i < FractionBits; i++)
        {
            mantissa = (mantissa * mantissa) >> MantissaBits;
            var bit = (int)(mantissa >> (MantissaBits + 1));
            mantissa >>= bit;
            log = (log << 1) | bit;
        }

        return log;
    }
}
