namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Compresses a buffer to a frame (RFC 8878, section 3.1.1). The bytes depend only on the buffer, never on the machine.</summary>
/// <remarks>Not safe for concurrent use: rent one from <see cref="FrameEncoderPool"/>.</remarks>
internal sealed class FrameEncoder(CompressionEffort effort)
{
    // Last_Block is the lowest bit of a block's header (section 3.1.1.2.1).
    private const byte NotLast = 0xFE;

    private readonly BlockEncoder _blocks = new(effort);

    /// <summary>How many bytes <see cref="Encode"/> writes at most: all blocks raw.</summary>
    public static long MaxEncodedLength(int length)
    {
        var blocks = Math.Max(1, (length + (ZstandardFormat.MaxBlockLength - 1L)) / ZstandardFormat.MaxBlockLength);
        return length + (blocks * ZstandardFormat.BlockHeaderLength) + ZstandardFormat.MaxFrameHeaderLength;
    }

    /// <summary>Writes the frame.</summary>
    /// <returns>How many bytes were written, or 0 if <paramref name="destination"/> is too small.</returns>
    public int Encode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        Span<byte> header = stackalloc byte[ZstandardFormat.MaxFrameHeaderLength];
        header = header[..FrameHeader.Write(header, source.Length)];
        if (!header.TryCopyTo(destination))
        {
            return 0;
        }

        var blocks = EncodeBlocks(source, destination[header.Length..], RepeatOffsets.Initial, endsFrame: true);
        return blocks == 0 ? 0 : header.Length + blocks;
    }

    /// <summary>Writes the blocks of a piece of a frame. They may follow any others, of which they use nothing; none is the frame's last.</summary>
    /// <returns>How many bytes were written, or 0 if <paramref name="destination"/> is too small.</returns>
    public int EncodePiece(ReadOnlySpan<byte> source, Span<byte> destination) =>
        EncodeBlocks(source, destination, RepeatOffsets.Unknown, endsFrame: false);

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
            var block = destination[written..];
            var count = _blocks.Encode(source, start, end, block, ref repeats);
            if (count == 0)
            {
                return 0;
            }

            if (!endsFrame)
            {
                block[0] &= NotLast;
            }

            written += count;
            start = end;
        }
        while (start < source.Length);
        return written;
    }
}
