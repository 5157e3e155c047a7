using System.Buffers.Binary;
using ReproBuild.Core.Compression.Deflate;

namespace ReproBuild.Core.Compression;

/// <summary>A gzip member (RFC 1952, section 2.3): each piece is deflate blocks that end on a whole byte, none of them the final one.</summary>
internal sealed class GzipPieceFormat(CompressionEffort effort) : PieceFormat
{
    // An empty block with the fixed codes and BFINAL, padded to a whole byte (RFC 1951, section 3.2.6).
    private const int FinalBlockLength = 2;
    private const byte FinalBlock = 0x03;
    private const int TrailerLength = 8;

    private static readonly int MaxPieceLength = (int)DeflateEncoder.MaxEncodedLength(PieceLength);

    // ID1, ID2, CM deflate, no FLG and so no name, MTIME 0 (none), XFL 0, OS 255 (unknown).
    private static readonly byte[] MemberHeader = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255];

    private readonly CompressionEffort _effort = Known(effort);

    public override string Name { get; } = NameOf("gzip", effort);

    public override ReadOnlyMemory<byte> Header => MemberHeader;

    public override int MaxEncodedLength => MaxPieceLength;

    public override int Encode(ReadOnlySpan<byte> piece, Span<byte> destination) => ZeroPiece.Matches(piece)
        ? ZeroPiece.CopyTo(destination)
        : DeflateEncoder.Encode(piece, destination, _effort, isFinal: false);

    /// <summary>The final block, CRC32 and ISIZE.</summary>
    public override ReadOnlyMemory<byte> MakeEnd(CheckedLength input)
    {
        var trailer = new byte[FinalBlockLength + TrailerLength];
        trailer[0] = FinalBlock;
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(FinalBlockLength), input.Crc32);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(FinalBlockLength + 4), unchecked((uint)input.Length));
        return trailer;
    }
}
