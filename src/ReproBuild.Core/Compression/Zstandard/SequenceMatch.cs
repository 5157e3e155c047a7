using System.Numerics;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>A run of bytes that occurred before, and what taking it gains; a length of 0 means none.</summary>
internal readonly record struct SequenceMatch(int Length, int Offset, int Gain)
{
    // About how many bits a literal takes.
    private const int LiteralBits = 6;

    // About how many bits the codes of a sequence take beside those that follow the code of the offset.
    private const int SequenceBits = 6;

    /// <summary>About how many bits a match saves over literals.</summary>
    public static int GainOf(int length, int offsetValue) => (LiteralBits * length) - SequenceBits - BitOperations.Log2((uint)offsetValue);
}
