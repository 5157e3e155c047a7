using ReproBuild.Core.Compression;
using ReproBuild.Core.Pieces;
using static ReproBuild.Outputs.SquashFs.SquashFsConstants;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>Compresses blocks one way. Safe for concurrent use.</summary>
/// <param name="kind">Which way.</param>
/// <param name="effort">How much time is taken to make blocks smaller.</param>
/// <param name="store">Where compressed blocks are kept, or null.</param>
internal sealed class SquashFsCompressor(
    SquashFsCompression kind, CompressionEffort effort = CompressionEffort.Default, IPieceStore? store = null)
{
    private readonly KeptBlocks _kept = new(store, PieceFormat.NameOf($"squashfs {kind}", effort));

    /// <summary>What follows the superblock: the options of the compressor as a metadata block, or nothing.</summary>
    public byte[] OptionsBlock { get; } = kind == SquashFsCompression.Lz4 ? EncodeLz4Options() : [];

    /// <summary>Compresses a block if that makes it smaller.</summary>
    /// <param name="source">The block.</param>
    /// <param name="destination">As long as the block.</param>
    /// <returns>The compressed size, or 0 when the block is to be stored as it is.</returns>
    public int Compress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        destination = destination[..(source.Length - 1)];
        return _kept.GetOrCompress(source, destination, Encode);
    }

    private int Encode(ReadOnlySpan<byte> source, Span<byte> destination) => kind switch
    {
        SquashFsCompression.Gzip => ZlibEncoder.Compress(source, destination, effort),
        SquashFsCompression.Lz4 => Lz4BlockEncoder.Compress(source, destination),
        SquashFsCompression.Zstd => ZstandardFrameEncoder.Compress(source, destination, effort),
        _ => throw new InvalidOperationException($"The compression {kind} is not known."),
    };

    /// <summary>Only LZ4 must have options: version 1, and no flag for the high compression mode. Those of the others may be left out.</summary>
    private static byte[] EncodeLz4Options()
    {
        const int Size = 8;
        var bytes = new byte[sizeof(ushort) + Size];
        var record = new SquashFsRecord(bytes);
        record.UInt16(MetadataUncompressed | Size);
        record.UInt32(1);
        record.UInt32(0);
        return bytes;
    }
}
