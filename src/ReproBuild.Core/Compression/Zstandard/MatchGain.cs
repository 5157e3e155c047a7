using System.Numerics;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Estimates how much a match saves over literals, in sixteenths of a bit.</summary>
/// <param name="LiteralCost">What a literal takes.</param>
internal readonly record struct MatchGain(int LiteralCost)
{
    /// <summary>How many units a bit is.</summary>
    public const int Bit = 16;

    // What the codes of a sequence take, beside the bits that follow the code of the offset.
    private const int SequenceCost = 6 * Bit;

    // How much more a match must gain for each byte that becomes a literal before it.
    private const int DelayCost = 3 * Bit;

    /// <summary>What a match gains at an offset that is named by <paramref name="offsetValue"/>.</summary>
    public int Of(int length, int offsetValue) => (LiteralCost * length) - SequenceCost - (Bit * BitOperations.Log2((uint)offsetValue));

    /// <summary>Whether a match that begins <paramref name="ahead"/> bytes later is to be preferred.</summary>
    public static bool IsWorthDelay(SequenceMatch next, SequenceMatch match, int ahead) => next.Gain > match.Gain + (DelayCost * ahead);
}
