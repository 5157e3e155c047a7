using System.Numerics;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Binary logarithms in integers, so that they are the same on every machine.</summary>
internal static class FixedPointLog
{
    /// <summary>How many bits of a logarithm are the fraction.</summary>
    public const int FractionBits = 16;

    private const int MantissaBits = 31;

    private static readonly int[] Logs = MakeTable();

    /// <summary>The logarithm of 1 to 512.</summary>
    public static int Log2(int value) => Logs[value];

    private static int[] MakeTable()
    {
        var logs = new int[(1 << ZstandardFormat.MaxAccuracyLog) + 1];
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
