namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>The distributions that need no description (RFC 8878, section 3.1.1.3.2.2); -1 stands for less than one cell.</summary>
internal static class PredefinedDistributions
{
    public const int LiteralLog = 6;
    public const int MatchLog = 6;
    public const int OffsetLog = 5;

    public static ReadOnlySpan<short> LiteralLengths =>
    [
        4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1,
    ];

    public static ReadOnlySpan<short> MatchLengths =>
    [
        1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        -1, -1, -1, -1, -1, -1, -1,
    ];

    public static ReadOnlySpan<short> Offsets => [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1];
}
