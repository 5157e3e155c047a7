using System.Runtime.CompilerServices;
using ReproBuild.Core.Compression.Coding;
using static ReproBuild.Core.Compression.Coding.UncheckedBytes;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Writes a block's sequences (RFC 8878, section 3.1.1.3.2).</summary>
internal sealed class SequencesSection(CompressionEffort effort)
{
    // Offsets of an int have at most 31 bits.
    private const int OffsetCodes = 32;
    private const int MaxOffsetLog = 8;
    private const int MaxCount = ZstandardFormat.MaxBlockLength / ZstandardFormat.MinMatch;

    // The count, the modes and the descriptions.
    private const int MaxHeaderLength = 4 + (3 * FseDescription.MaxLength);

    // The most that a sequence takes, and what is free after it for the states and the last bit, or for a word that is stored.
    private const int MaxSequenceBits = 192;

    private const int OneByteCounts = 128;
    private const int TwoByteCounts = 0x7F00;

    private readonly SequenceTable _literals = new(
        SequenceCodes.LiteralExtraBits.Length,
        PredefinedDistributions.LiteralLengths,
        PredefinedDistributions.LiteralLog,
        ZstandardFormat.MaxAccuracyLog,
        effort);

    private readonly SequenceTable _matches = new(
        SequenceCodes.MatchExtraBits.Length,
        PredefinedDistributions.MatchLengths,
        PredefinedDistributions.MatchLog,
        ZstandardFormat.MaxAccuracyLog,
        effort);

    private readonly SequenceTable _offsets = new(
        OffsetCodes,
        PredefinedDistributions.Offsets,
        PredefinedDistributions.OffsetLog,
        MaxOffsetLog,
        effort);
    private readonly byte[] _literalCodes = new byte[MaxCount];
    private readonly byte[] _matchCodes = new byte[MaxCount];
    private readonly byte[] _offsetCodes = new byte[MaxCount];

    /// <summary>Writes the section.</summary>
    /// <returns>How many bytes were written, or 0 if they would not fit.</returns>
    public int Write(ReadOnlySpan<Sequence> sequences, Span<byte> destination)
    {
        if (destination.Length < MaxHeaderLength)
        {
            return 0;
        }

        var header = WriteCount(destination, sequences.Length);
        if (sequences.IsEmpty)
        {
            return header;
        }

        Choose(sequences);
        destination[header++] = (byte)((_literals.Mode << 6) | (_offsets.Mode << 4) | (_matches.Mode << 2));
        header += _literals.WriteDescription(destination[header..]);
        header += _offsets.WriteDescription(destination[header..]);
        header += _matches.WriteDescription(destination[header..]);
        var stream = WriteStream(sequences, destination[header..]);
        return stream == 0 ? 0 : header + stream;
    }

    private static int WriteCount(Span<byte> destination, int count)
    {
        var writer = new BitWriter(destination);
        switch (count)
        {
            case < OneByteCounts:
                writer.Write((uint)count, 8);
                break;
            case < TwoByteCounts:
                writer.Write((uint)((count >> 8) + OneByteCounts), 8);
                writer.Write((uint)(count & 0xFF), 8);
                break;
            default:
                writer.Write(0xFF, 8);
                writer.Write((uint)(count - TwoByteCounts), 16);
                break;
        }

        return writer.Finish();
    }

    private void Choose(ReadOnlySpan<Sequence> sequences)
    {
        for (var i = 0; i < sequences.Length; i++)
        {
            _literalCodes[i] = SequenceCodes.LiteralCode(sequences[i].LiteralLength);
            _matchCodes[i] = SequenceCodes.MatchCode(sequences[i].MatchLength);
            _offsetCodes[i] = SequenceCodes.OffsetCode(sequences[i].OffsetValue);
        }

        _literals.Choose(_literalCodes.AsSpan(0, sequences.Length));
        _matches.Choose(_matchCodes.AsSpan(0, sequences.Length));
        _offsets.Choose(_offsetCodes.AsSpan(0, sequences.Length));
    }

    /// <summary>Writes the last sequence first, and within each what a decoder reads last (section 3.1.1.3.2.1.2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int WriteStream(ReadOnlySpan<Sequence> sequences, Span<byte> destination)
    {
        unchecked
        {
            var (literalTable, matchTable, offsetTable) = (_literals.Table, _matches.Table, _offsets.Table);
            var last = sequences.Length - 1;
            var literals = literalTable.Start(_literalCodes[last]);
            var matches = matchTable.Start(_matchCodes[last]);
            var offsets = offsetTable.Start(_offsetCodes[last]);
            var writer = new BitWriter(destination);
            for (var i = last; i >= 0; i--)
            {
                if (!writer.Fits(MaxSequenceBits))
                {
                    return 0;
                }

                if (i < last)
                {
                    offsetTable.Encode(ref writer, ref offsets, Item(_offsetCodes, i));
                    matchTable.Encode(ref writer, ref matches, Item(_matchCodes, i));
                    literalTable.Encode(ref writer, ref literals, Item(_literalCodes, i));
                }

                AddExtra(ref writer, sequences[i], i);
            }

            matchTable.AddState(ref writer, matches);
            offsetTable.AddState(ref writer, offsets);
            literalTable.AddState(ref writer, literals);
            return BackwardStream.Finish(writer);
        }
    }

    /// <summary>Adds the bits that follow the codes: two lengths with 16 at most, an offset with 31; the states before have 26.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddExtra(ref BitWriter writer, Sequence sequence, int index)
    {
        unchecked
        {
            var (literal, match, offset) = (Item(_literalCodes, index), Item(_matchCodes, index), Item(_offsetCodes, index));
            writer.Add(SequenceCodes.LiteralExtra(sequence.LiteralLength, literal), SequenceCodes.LiteralExtraBits[literal]);
            writer.FlushWord();
            writer.Add(SequenceCodes.MatchExtra(sequence.MatchLength, match), SequenceCodes.MatchExtraBits[match]);
            writer.Add(SequenceCodes.OffsetExtra(sequence.OffsetValue, offset), offset);
            writer.FlushWord();
        }
    }
}
