using System.Runtime.CompilerServices;

namespace ReproBuild.Core.Compression.Deflate;

/// <summary>A literal or a match as one number: the byte; or a flag, the length, and the distance less one.</summary>
internal static class DeflateSymbol
{
    public const uint MatchFlag = 1u << 31;
    private const int LengthShift = 15;
    private const uint DistanceMask = (1 << LengthShift) - 1;
    private const uint LengthMask = 0x1FF;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(Match match) => unchecked(MatchFlag | ((uint)match.Length << LengthShift) | (uint)(match.Distance - 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Length(uint symbol) => unchecked((int)((symbol >> LengthShift) & LengthMask));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint DistanceLessOne(uint symbol) => symbol & DistanceMask;
}
