using System.Numerics;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>The codes of lengths and offsets, and the bits that follow them (RFC 8878, section 3.1.1.3.2.1.1).</summary>
internal static class SequenceCodes
{
    // Above the table, each code stands for the lengths up to the next power of two.
    private const int LiteralTableLength = 64;
    private const int LiteralLogDelta = 19;
    private const int MatchTableLength = 128;
    private const int MatchLogDelta = 36;

    private static readonly byte[] LiteralCodes = MakeTable(LiteralTableLength, LiteralExtraBits);
    private static readonly byte[] MatchCodes = MakeTable(MatchTableLength, MatchExtraBits);
    private static readonly int[] LiteralBases = MakeBases(LiteralExtraBits);
    private static readonly int[] MatchBases = MakeBases(MatchExtraBits);

    public static ReadOnlySpan<byte> LiteralExtraBits =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
    ];

    public static ReadOnlySpan<byte> MatchExtraBits =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
    ];

    public static byte LiteralCode(int length) =>
        length < LiteralTableLength ? LiteralCodes[length] : (byte)(BitOperations.Log2((uint)length) + LiteralLogDelta);

    public static byte MatchCode(int length)
    {
        var excess = length - ZstandardFormat.MinMatch;
        return excess < MatchTableLength ? MatchCodes[excess] : (byte)(BitOperations.Log2((uint)excess) + MatchLogDelta);
    }

    /// <summary>The code of an offset is the number of bits that follow it.</summary>
    public static byte OffsetCode(int value) => (byte)BitOperations.Log2((uint)value);

    public static uint LiteralExtra(int length, byte code) => (uint)(length - LiteralBases[code]);

    public static uint MatchExtra(int length, byte code) => (uint)(length - ZstandardFormat.MinMatch - MatchBases[code]);

    public static uint OffsetExtra(int value, byte code) => (uint)value - (1u << code);

    /// <summary>The shortest length of each code; the codes follow one another without a gap.</summary>
    private static int[] MakeBases(ReadOnlySpan<byte> extraBits)
    {
        var bases = new int[extraBits.Length];
        for (var code = 1; code < bases.Length; code++)
        {
            bases[code] = bases[code - 1] + (1 << extraBits[code - 1]);
        }

        return bases;
    }

    private static byte[] MakeTable(int length, ReadOnlySpan<byte> extraBits)
    {
        var codes = new byte[length];
        var next = 0;
        for (byte code = 0; next < length; code++)
        {
            var count = Math.Min(1 << extraBits[code], length - next);
            codes.AsSpan(next, count).Fill(code);
            next += count;
        }

        return codes;
    }
}
