using System.Numerics;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Estimates how much a match saves over literals, in sixteenths of a bit.</summary>
/// <param name="LiteralCost">The cost of a literal, in the same units.</param>
internal readonly record struct MatchGain(int LiteralCost)
{
    /// <summary>How many units make a bit.</summary>
    public const int Bit = 16;

    // The cost of the codes of a sequence, without the bits that follow the code of the offset.
    private const int SequenceCost = 6 * Bit;

    // How much more a match must gain for each byte that becomes a literal before it.
    private const int DelayCost = 3 * Bit;

    /// <summary>The gain of a match at the offset that <paramref name="offsetValue"/> stands for.</summary>
    public int Of(int length, int offsetValue) => (LiteralCost * length) - SequenceCost - (Bit * BitOperations.Log2((uint)offsetValue));

    /// <summary>Whether to prefer a match that begins <paramref name="ahead"/> bytes later.</summary>
    public static bool IsWorthDelay(SequenceMatch next, SequenceMatch match, int ahead) => next.Gain > match.Gain + (DelayCost * ahead);
}
