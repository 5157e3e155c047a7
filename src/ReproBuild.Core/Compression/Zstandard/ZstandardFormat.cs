namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Numbers of the Zstandard format (RFC 8878).</summary>
internal static class ZstandardFormat
{
    /// <summary>Section 3.1.1.</summary>
    public const uint Magic = 0xFD2FB528;

    /// <summary>Block_Maximum_Size (section 3.1.1.2.4).</summary>
    public const int MaxBlockLength = 128 * 1024;

    public const int BlockHeaderLength = 3;

    /// <summary>The magic number, the descriptor and the content size at its longest, for lengths of an int.</summary>
    public const int MaxFrameHeaderLength = 9;

    public const int MinMatch = 3;

    /// <summary>The offset values that stand for a recent offset (section 3.1.1.5).</summary>
    public const int RepeatedOffsets = 3;

    /// <summary>The lowest accuracy that a table's description can have (section 4.1.1).</summary>
    public const int MinAccuracyLog = 5;

    /// <summary>The highest accuracy of any table (section 3.1.1.3.2.1).</summary>
    public const int MaxAccuracyLog = 9;
}
