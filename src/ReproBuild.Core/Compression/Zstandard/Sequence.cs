namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Literals and the match after them (RFC 8878, section 3.1.1.4).</summary>
/// <param name="LiteralLength">How many literals, 0 or more.</param>
/// <param name="MatchLength">How many bytes the match has, at least 3.</param>
/// <param name="OffsetValue">1 to 3 for a recent offset, otherwise the offset plus 3.</param>
internal readonly record struct Sequence(int LiteralLength, int MatchLength, int OffsetValue);
