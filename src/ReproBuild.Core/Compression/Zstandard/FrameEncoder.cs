namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Compresses a buffer to a frame (RFC 8878, section 3.1.1). The bytes depend only on the buffer, never on the machine.</summary>
/// <remarks>Not safe for concurrent use: rent one from <see cref="FrameEncoderPool"/>.</remarks>
internal sealed class FrameEncoder(CompressionEffort effort)
{
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

        _blocks.Begin(source.Length);
        try
        {
            var blocks = EncodeBlocks(source, destination[header.Length..]);
            return blocks == 0 ? 0 : header.Length + blocks;
        }
        finally
        {
            _blocks.End();
        }
    }

    private int EncodeBlocks(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var repeats = RepeatOffsets.Initial;
        int start = 0, written = 0;
        do
        {
            var end = (int)Math.Min(start + (long)ZstandardFormat.MaxBlockLength, source.Length);
            var count = _blocks.Encode(source, start, end, destination[written..], ref repeats);
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
