using System.Buffers.Binary;

namespace ReproBuild.Core.Compression;

/// <summary>
/// The legacy LZ4 frame (lz4_Frame_format.md, "Legacy frame"), the only one that Linux reads: each piece is a block after its length. The format's
/// own blocks have 8 MiB; Linux (lib/decompress_unlz4.c) and lz4 take shorter ones anywhere.
/// </summary>
/// <remarks>
/// The frame has no end: it is over where its input is, or in newer kernels at a length of 0. A block that does not compress is a little longer
/// than its content, since the format has no other kind.
/// </remarks>
internal sealed class Lz4PieceFormat : PieceFormat
{
    private static readonly byte[] FrameStart = MakeHeader();

    public override string Name { get; } = NameOf("lz4", CompressionEffort.Default);

    public override ReadOnlyMemory<byte> Header => FrameStart;

    public override int MaxEncodedLength { get; } = sizeof(uint) + Lz4BlockEncoder.GetMaxCompressedLength(PieceLength);

    public override int Encode(ReadOnlySpan<byte> piece, Span<byte> destination)
    {
        var length = Lz4BlockEncoder.Compress(piece, destination[sizeof(uint)..]);
        BinaryPrimitives.WriteInt32LittleEndian(destination, length);
        return sizeof(uint) + length;
    }

    public override ReadOnlyMemory<byte> MakeEnd(CheckedLength input) => ReadOnlyMemory<byte>.Empty;

    private static byte[] MakeHeader()
    {
        var header = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Lz4Format.LegacyMagic);
        return header;
    }
}
