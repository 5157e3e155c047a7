using ReproBuild.Core.Compression.Coding;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Compresses a buffer to a frame (RFC 8878, section 3.1.1). The bytes depend only on the arguments, never on the machine.</summary>
internal sealed class FrameEncoder
{
    private static readonly EncoderPool<FrameEncoder> Pool = new(static effort => new FrameEncoder(effort));

    private readonly BlockEncoder _blocks;

    private FrameEncoder(CompressionEffort effort) => _blocks = new BlockEncoder(effort);

    /// <summary>How many bytes <see cref="Encode"/> writes at most: all blocks raw.</summary>
    public static long MaxEncodedLength(int length)
    {
        var blocks = Math.Max(1, (length + (ZstandardFormat.MaxBlockLength - 1L)) / ZstandardFormat.MaxBlockLength);
        return length + (blocks * ZstandardFormat.BlockHeaderLength) + ZstandardFormat.MaxFrameHeaderLength;
    }

    /// <summary>Writes a frame. Safe for concurrent use.</summary>
    /// <returns>How many bytes were written, or 0 if <paramref name="destination"/> is too small.</returns>
    public static int Encode(ReadOnlySpan<byte> source, Span<byte> destination, CompressionEffort effort)
    {
        Span<byte> header = stackalloc byte[ZstandardFormat.MaxFrameHeaderLength];
        header = header[..FrameHeader.Write(header, source.Length)];
        if (!header.TryCopyTo(destination))
        {
            return 0;
        }

        var blocks = EncodeBlocks(source, destination[header.Length..], effort, RepeatOffsets.Initial, endsFrame: true);
        return blocks == 0 ? 0 : header.Length + blocks;
    }

    /// <summary>
    /// Writes the blocks of a piece of a frame. They may follow any others, of which they use nothing; none is the frame's last. Safe for
    /// concurrent use.
    /// </summary>
    /// <returns>How many bytes were written, or 0 if <paramref name="destination"/> is too small.</returns>
    public static int EncodePiece(ReadOnlySpan<byte> source, Span<byte> destination, CompressionEffort effort) =>
        EncodeBlocks(source, destination, effort, RepeatOffsets.Unknown, endsFrame: false);

    private static int EncodeBlocks(
        ReadOnlySpan<byte> source, Span<byte> destination, CompressionEffort effort, RepeatOffsets repeats, bool endsFrame)
    {
        var encoder = Pool.Rent(effort);
        var written = encoder.EncodeBlocks(source, destination, repeats, endsFrame);
        Pool.Return(effort, encoder);
        return written;
    }

    private int EncodeBlocks(ReadOnlySpan<byte> source, Span<byte> destination, RepeatOffsets repeats, bool endsFrame)
    {
        _blocks.Begin(source.Length);
        try
        {
            return EncodeEach(source, destination, repeats, endsFrame);
        }
        finally
        {
            _blocks.End();
        }
    }

    private int EncodeEach(ReadOnlySpan<byte> source, Span<byte> destination, RepeatOffsets repeats, bool endsFrame)
    {
        int start = 0, written = 0;
        do
        {
            var end = (int)Math.Min(start + (long)ZstandardFormat.MaxBlockLength, source.Length);
            var isLast = endsFrame && end == source.Length;
            var count = _blocks.Encode(source, start, end, isLast, destination[written..], ref repeats);
            if (count == 0)
            {
                return 0;
            }

            written += count;
            start = end;
        }
        while (start < source.Length);
        return written;
    }
}
