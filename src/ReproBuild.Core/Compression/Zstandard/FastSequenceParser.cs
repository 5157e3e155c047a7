using System.Numerics;
using System.Runtime.CompilerServices;
using static ReproBuild.Core.Compression.Coding.UncheckedBytes;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Looks at three candidates: the latest offset, and the latest positions with the same hash of eight bytes and of four.</summary>
/// <remarks>
/// A match is taken unless a better one begins at the next byte. Where nothing was found for a while, positions are left out. A slot that is
/// still empty holds position 0, which is a candidate like any other: its bytes are compared.
/// </remarks>
internal sealed class FastSequenceParser : SequenceParser
{
    private const int LongLength = sizeof(ulong);
    private const int ShortLength = sizeof(uint);
    private const uint ShortMultiplier = 0x9E3779B1;
    private const ulong LongMultiplier = 0x9E3779B97F4A7C15;

    private const int MinHashBits = 8;
    private const int MaxLongBits = 17;
    private const int MaxShortBits = 16;

    // After every 1,024 bytes without a match the step grows by one byte.
    private const int StepShift = 10;

    // Of the positions inside a match, so many make one that may be found.
    private const int InsertStep = 4;

    // A match this long is not worth looking for a better one.
    private const int NiceLength = 64;

    // In the units of a gain: what a byte saves, and how much more a match must save for the literal before it.
    private const int ByteGain = 4;
    private const int DelayCost = 1;

    private readonly int[] _latestLong = new int[1 << MaxLongBits];
    private readonly int[] _latestShort = new int[1 << MaxShortBits];
    private int _longShift;
    private int _shortShift;

    public override void Begin(int length)
    {
        // Short frames, such as those of metadata, should not pay for clearing a table that they would not fill.
        var bits = Math.Max(BitOperations.Log2((uint)length | 1) - 1, MinHashBits);
        var (longBits, shortBits) = (Math.Min(bits, MaxLongBits), Math.Min(bits, MaxShortBits));
        _latestLong.AsSpan(0, 1 << longBits).Clear();
        _latestShort.AsSpan(0, 1 << shortBits).Clear();
        (_longShift, _shortShift) = (64 - longBits, 32 - shortBits);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Parse(ReadOnlySpan<byte> source, int start, int end, ref RepeatOffsets repeats)
    {
        unchecked
        {
            Clear();
            var recent = repeats;
            var written = start;
            var position = Math.Max(start, 1);
            for (SequenceMatch match; (match = FindNext(source, ref position, written, end, recent.First)).Length > 0; position = written)
            {
                var before = CommonLengthBefore(source, position, match.Offset, position - written);
                var literals = position - written - before;
                AddLiterals(source, written, literals);
                AddMatch(literals, before + match.Length, match.Offset, ref recent);
                written = position + match.Length;
                if (written <= end - LongLength)
                {
                    Insert(source, position + 2, written - 2);
                    written = AddRepeats(source, written, end, ref recent);
                }
            }

            AddLiterals(source[written..end]);
            repeats = recent;
        }
    }

    /// <summary>Finds the next match that is better than one at the next byte.</summary>
    /// <param name="source">The content of the frame.</param>
    /// <param name="position">Where to begin; gets where the match begins.</param>
    /// <param name="written">Where the last match ended.</param>
    /// <param name="end">Where the match must end.</param>
    /// <param name="repeat">The latest offset, or 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private SequenceMatch FindNext(ReadOnlySpan<byte> source, ref int position, int written, int end, int repeat)
    {
        unchecked
        {
            var last = end - LongLength;
            for (var current = position; current <= last; current += 1 + ((current - written) >> StepShift))
            {
                var match = FindAt(source, current, end, repeat, moreThan: 0);
                if (match.Length == 0)
                {
                    continue;
                }

                while (current < last && match.Length < NiceLength)
                {
                    var next = FindAt(source, current + 1, end, repeat, match.Gain + DelayCost);
                    if (next.Length == 0)
                    {
                        break;
                    }

                    match = next;
                    current++;
                }

                position = current;
                return match;
            }

            return default;
        }
    }

    /// <summary>Finds the best match at a position, where there are eight bytes, and adds the position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private SequenceMatch FindAt(ReadOnlySpan<byte> source, int position, int end, int repeat, int moreThan)
    {
        unchecked
        {
            var bytes = Load64(source, position);
            ref var latestLong = ref Item(_latestLong, LongSlot(bytes));
            ref var latestShort = ref Item(_latestShort, ShortSlot((uint)bytes));
            var (longCandidate, shortCandidate) = (latestLong, latestShort);
            latestLong = latestShort = position;
            var best = new SequenceMatch(0, 0, moreThan);
            if (IsKnown(repeat, position) && Load32(source, position - repeat) == (uint)bytes)
            {
                var length = CommonLength(source, position - repeat, position, ShortLength, end - position);
                best = Better(best, length, repeat, ByteGain * length);
            }

            if (Load64(source, longCandidate) == bytes)
            {
                var length = CommonLength(source, longCandidate, position, LongLength, end - position);
                best = Better(best, length, position - longCandidate, Gain(length, position - longCandidate));
            }
            else if (Load32(source, shortCandidate) == (uint)bytes)
            {
                var length = CommonLength(source, shortCandidate, position, ShortLength, end - position);
                best = Better(best, length, position - shortCandidate, Gain(length, position - shortCandidate));
            }

            return best;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static SequenceMatch Better(SequenceMatch best, int length, int offset, int gain) =>
        gain > best.Gain ? new SequenceMatch(length, offset, gain) : best;

    /// <summary>How much a match saves; one at the latest offset saves the bits of the offset, too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Gain(int length, int offset) => unchecked((ByteGain * length) - BitOperations.Log2((uint)offset));

    /// <summary>Whether a recent offset is one that is known and reaches no farther back than the frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsKnown(int offset, int position) => unchecked((uint)(offset - 1) < (uint)position);

    /// <summary>How many bytes before a match, of <paramref name="longest"/>, belong to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CommonLengthBefore(ReadOnlySpan<byte> source, int position, int offset, int longest)
    {
        unchecked
        {
            longest = Math.Min(longest, position - offset);
            var length = 0;
            while (length < longest && Load(source, position - length - 1) == Load(source, position - offset - length - 1))
            {
                length++;
            }

            return length;
        }
    }

    /// <summary>Adds matches that follow one another without literals, each at the offset before the latest one.</summary>
    /// <returns>Where the last one ends.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int AddRepeats(ReadOnlySpan<byte> source, int position, int end, ref RepeatOffsets recent)
    {
        unchecked
        {
            while (position <= end - LongLength
                && IsKnown(recent.Second, position)
                && Load32(source, position) == Load32(source, position - recent.Second))
            {
                var length = CommonLength(source, position - recent.Second, position, ShortLength, end - position);
                Insert(source, position);
                AddMatch(0, length, recent.Second, ref recent);
                position += length;
            }

            return position;
        }
    }

    /// <summary>Adds some positions from the first to the last one, these included, at which there are eight bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Insert(ReadOnlySpan<byte> source, int first, int last)
    {
        unchecked
        {
            for (var position = first; position < last; position += InsertStep)
            {
                Insert(source, position);
            }

            Insert(source, last);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Insert(ReadOnlySpan<byte> source, int position)
    {
        var bytes = Load64(source, position);
        Item(_latestLong, LongSlot(bytes)) = position;
        Item(_latestShort, ShortSlot(unchecked((uint)bytes))) = position;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int LongSlot(ulong bytes) => unchecked((int)((bytes * LongMultiplier) >> _longShift));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int ShortSlot(uint bytes) => unchecked((int)((bytes * ShortMultiplier) >> _shortShift));
}
