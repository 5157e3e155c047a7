using System.Runtime.CompilerServices;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>The three recent offsets of a frame (RFC 8878, section 3.1.1.5).</summary>
internal readonly record struct RepeatOffsets(int First, int Second, int Third)
{
    /// <summary>The offsets at the start of every frame.</summary>
    public static RepeatOffsets Initial { get; } = new(1, 4, 8);

    /// <summary>Offsets of 0, which no match has: a piece that may follow anything uses none before it has set it.</summary>
    public static RepeatOffsets Unknown { get; }

    /// <summary>The offset that <paramref name="value"/>, 1 to 3, stands for; less than 1 if it stands for none.</summary>
    /// <remarks>
    /// Without literals before it, a match at the first offset would have been part of the previous match, so the values then have other meanings.
    /// </remarks>
    public int Offset(int value, bool hasLiterals) => (hasLiterals ? value : value + 1) switch
    {
        1 => First,
        2 => Second,
        3 => Third,
        _ => First - 1,
    };

    /// <summary>The value that stands for an offset: 1 to 3 if it is a recent one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Value(int offset, bool hasLiterals) => unchecked(hasLiterals
        ? offset == First ? 1 : offset == Second ? 2 : offset == Third ? 3 : offset + ZstandardFormat.RepeatedOffsets
        : offset == Second ? 1 : offset == Third ? 2 : offset == First - 1 ? 3 : offset + ZstandardFormat.RepeatedOffsets);

    /// <summary>The recent offsets after a match: its own comes first, and those that were before it move back by one.</summary>
    /// <remarks>This goes by the value that stands for the offset, since two of the recent offsets can be equal.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RepeatOffsets After(int value, int offset, bool hasLiterals) => unchecked(hasLiterals ? value : value + 1) switch
    {
        1 => this,
        2 => new(Second, First, Third),
        _ => new(offset, First, Second),
    };
}
