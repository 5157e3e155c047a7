using ReproBuild.Core.Compression.Zstandard;

namespace ReproBuild.Core.Compression;

/// <summary>
/// A Zstandard frame (RFC 8878) whose pieces are blocks that use no match, table or recent offset of another piece, though the format would let them.
/// </summary>
internal sealed class ZstandardPieceFormat(CompressionEffort effort) : PieceFormat
{
    private const int PieceBlocks = PieceLength / ZstandardFormat.MaxBlockLength;

    // Magic; a descriptor of no flags: no size of the content, no single segment, no checksum, no dictionary (section 3.1.1.1.1); a window of 1 MiB,
    // which no match leaves: exponent 10, mantissa 0 (section 3.1.1.1.2).
    private static readonly byte[] FrameStart = [0x28, 0xB5, 0x2F, 0xFD, 0, 10 << 3];

    // A last block, raw and empty (section 3.1.1.2).
    private static readonly byte[] FrameEnd = [1, 0, 0];

    // A stream is as a rule long, and the other search is many times slower for a few percent.
    private readonly CompressionEffort _effort = Known(effort) == CompressionEffort.Default ? CompressionEffort.Fast : effort;

    public override string Name => NameOf("zstd", _effort);

    public override ReadOnlyMemory<byte> Header => FrameStart;

    public override int MaxEncodedLength => PieceLength + (PieceBlocks * ZstandardFormat.BlockHeaderLength);

    public override int Encode(ReadOnlySpan<byte> piece, Span<byte> destination) => FrameEncoder.EncodePiece(piece, destination, _effort);

    public override ReadOnlyMemory<byte> MakeEnd(CheckedLength input) => FrameEnd;
}
