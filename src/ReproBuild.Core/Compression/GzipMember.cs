using System.Buffers.Binary;

namespace ReproBuild.Core.Compression;

/// <summary>The bytes around the compressed pieces of a gzip member (RFC 1952, section 2.3).</summary>
internal static class GzipMember
{
    // An empty block with the fixed codes and BFINAL, padded to a whole byte (RFC 1951, section 3.2.6).
    private const int FinalBlockLength = 2;
    private const byte FinalBlock = 0x03;
    private const int TrailerLength = 8;

    /// <summary>ID1, ID2, CM deflate, no FLG and so no name, MTIME 0 (none), XFL 0, OS 255 (unknown).</summary>
    public static ReadOnlyMemory<byte> Header { get; } = new byte[] { 0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255 };

    /// <summary>The final block, CRC32 and ISIZE.</summary>
    public static byte[] MakeTrailer(uint crc, long length)
    {
        var trailer = new byte[FinalBlockLength + TrailerLength];
        trailer[0] = FinalBlock;
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(FinalBlockLength), crc);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(FinalBlockLength + 4), unchecked((uint)length));
        return trailer;
    }
}
