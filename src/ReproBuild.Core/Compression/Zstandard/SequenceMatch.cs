namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>A run of bytes that occurred before, and the gain of taking it; a length of 0 means none.</summary>
/// <param name="Length">How many bytes.</param>
/// <param name="Offset">How many bytes back.</param>
/// <param name="Gain">As <see cref="MatchGain"/> estimates it.</param>
internal readonly record struct SequenceMatch(int Length, int Offset, int Gain);
