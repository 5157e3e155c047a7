using ReproBuild.Core.Compression.Coding;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Writes blocks, each of the kind that takes the fewest bytes (RFC 8878, section 3.1.1.2).</summary>
internal sealed class BlockEncoder(CompressionEffort effort)
{
    private const int RawKind = 0;
    private const int RunKind = 1;
    private const int CompressedKind = 2;
    private const int KindShift = 1;
    private const int SizeShift = 3;

    // Room for the descriptions of the tables, and the free space that the sequences require before they start.
    private const int Slack = 1024;

    private readonly SequenceParser _parser = SequenceParser.For(effort);
    private readonly LiteralsSection _literals = new();
    private readonly SequencesSection _sequences = new(effort);
    private byte[] _compressed = new byte[ZstandardFormat.MaxBlockLength + Slack];
    private byte[] _alternative = new byte[ZstandardFormat.MaxBlockLength + Slack];

    /// <summary>Begins a frame of <paramref name="length"/> bytes.</summary>
    public void Begin(int length) => _parser.Begin(length);

    /// <summary>Returns the frame's buffer.</summary>
    public void End() => _parser.End();

    /// <summary>
    /// Writes the bytes from <paramref name="start"/> up to <paramref name="end"/> as a block, the frame's last one or not.
    /// </summary>
    /// <returns>How many bytes were written, or 0 if the block does not fit.</returns>
    public int Encode(ReadOnlySpan<byte> source, int start, int end, bool isLast, Span<byte> destination, ref RepeatOffsets repeats)
    {
        var block = source[start..end];
        if (block.Length <= 1)
        {
            return Write(destination, RawKind, block.Length, block, isLast);
        }

        if (!block.ContainsAnyExcept(block[0]))
        {
            return Write(destination, RunKind, block.Length, block[..1], isLast);
        }

        var compressed = Compress(source, start, end, ref repeats);
        return compressed < block.Length
            ? Write(destination, CompressedKind, compressed, _compressed.AsSpan(0, compressed), isLast)
            : Write(destination, RawKind, block.Length, block, isLast);
    }

    /// <summary>Compresses a block, with sequences or as literals only. Only sequences that are kept change the recent offsets.</summary>
    /// <returns>How many bytes it takes; as a raw block, if that takes no more.</returns>
    private int Compress(ReadOnlySpan<byte> source, int start, int end, ref RepeatOffsets repeats)
    {
        var before = repeats;
        _parser.Parse(source, start, end, ref repeats);
        var length = WriteSections(_compressed, _parser.Literals, _parser.Sequences, end - start);
        if (_parser.CodedLength < length)
        {
            var alternative = WriteSections(_alternative, source[start..end], [], end - start);
            if (alternative < length)
            {
                (_compressed, _alternative, length, repeats) = (_alternative, _compressed, alternative, before);
            }
        }

        if (length == end - start)
        {
            repeats = before;
        }

        return length;
    }

    /// <summary>Writes the two sections of a compressed block (section 3.1.1.2.3).</summary>
    /// <returns>How many bytes were written, or <paramref name="rawLength"/> if they are not fewer.</returns>
    private int WriteSections(Span<byte> destination, ReadOnlySpan<byte> literals, ReadOnlySpan<Sequence> sequences, int rawLength)
    {
        var first = _literals.Write(literals, destination);
        var second = _sequences.Write(sequences, destination[first..]);
        return second == 0 ? rawLength : Math.Min(first + second, rawLength);
    }

    private static int Write(Span<byte> destination, int kind, int size, ReadOnlySpan<byte> content, bool isLast)
    {
        if (ZstandardFormat.BlockHeaderLength + content.Length > destination.Length)
        {
            return 0;
        }

        var writer = new BitWriter(destination);
        writer.Write((isLast ? 1u : 0) | ((uint)kind << KindShift) | ((uint)size << SizeShift), 8 * ZstandardFormat.BlockHeaderLength);
        writer.Align();
        writer.WriteBytes(content);
        return writer.Finish();
    }
}
