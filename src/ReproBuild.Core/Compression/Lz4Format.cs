namespace ReproBuild.Core.Compression;

/// <summary>Numbers of the LZ4 block format (lz4_Block_format.md) and of the legacy frame (lz4_Frame_format.md, "Legacy frame").</summary>
internal static class Lz4Format
{
    public const int MinMatch = 4;
    public const int MaxDistance = 65535;

    /// <summary>A length with this value in the token continues in further bytes.</summary>
    public const int LongLength = 15;

    /// <summary>The last bytes of a block are literals ("End of block conditions").</summary>
    public const int LastLiterals = 5;

    /// <summary>The last match begins at least this many bytes before the end of the block.</summary>
    public const int LastMatchDistance = 12;

    public const uint LegacyMagic = 0x184C2102;

    /// <summary>A block of a legacy frame has at most this many uncompressed bytes; those of lz4 have them all, except the last.</summary>
    public const int LegacyBlockLength = 8 * 1024 * 1024;

    public static long MaxCompressedLength(int length) => (long)length + (length / 255) + 16;
}
