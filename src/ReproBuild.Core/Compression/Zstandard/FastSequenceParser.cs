using System.Numerics;
using System.Runtime.CompilerServices;
using static ReproBuild.Core.Compression.Coding.UncheckedBytes;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Takes the first match that it comes upon: at the latest offset, of eight bytes and more, or of four and more.</summary>
/// <remarks>
/// Two tables hold the latest position of each hash of eight bytes and of five. Where nothing was found for a while, positions are left out.
/// A slot that is still empty holds position 0, whose bytes are compared like any other's; it is only ever a candidate.
/// </remarks>
internal sealed class FastSequenceParser : SequenceParser
{
    private const int NiceLength = 64;
    private const int LongLength = sizeof(ulong);
    private const int ShortLength = sizeof(uint);
    private const int ShortHashedBits = 40;
    private const ulong HashMultiplier = 0x9E3779B97F4A7C15;

    private const int MinHashBits = 8;
    private const int MaxLongBits = 17;
    private const int MaxShortBits = 16;

    // After every 256 bytes without a match the step grows by one byte.
    private const int StepShift = 10;

    private readonly int[] _latestLong = new int[1 << MaxLongBits];
    private readonly int[] _latestShort = new int[1 << MaxShortBits];
    private int _longShift;
    private int _shortShift;

    public override void Begin(int length)
    {
        // Short frames, such as those of metadata, should not pay for clearing a table that they would not fill.
        var bits = Math.Max(BitOperations.Log2((uint)length | 1) + 1, MinHashBits);
        var (longBits, shortBits) = (Math.Min(bits, MaxLongBits), Math.Min(bits, MaxShortBits));
        _latestLong.AsSpan(0, 1 << longBits).Clear();
        _latestShort.AsSpan(0, 1 << shortBits).Clear();
        (_longShift, _shortShift) = (64 - longBits, 64 - shortBits);
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
            for (var match = FindNext(source, ref position, written, end, recent.First); match.Length > 0;
                match = FindNext(source, ref position, written, end, recent.First))
            {
                AddLiterals(source, written, position);
                AddMatch(position - written, match.Length, match.Offset, ref recent);
                written = position + match.Length;
                if (written <= end - LongLength)
                {
                    Insert(source, position + 2);
                    Insert(source, written - 2);
                    written = AddRepeats(source, written, end, ref recent);
                }

                position = written;
            }

            AddLiterals(source[written..end]);
            repeats = recent;
        }
    }

    /// <summary>Finds the next match.</summary>
    /// <param name="source">The content of the frame.</param>
    /// <param name="position">Where to begin; gets where the match begins.</param>
    /// <param name="written">Where the last match ended: this one may begin there.</param>
    /// <param name="end">Where it must end.</param>
    /// <param name="repeat">The latest offset, or 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private FoundMatch FindNext(ReadOnlySpan<byte> source, ref int position, int written, int end, int repeat)
    {
        unchecked
        {
            var last = end - LongLength - 1;
            for (var current = position; current <= last; current += 1 + ((current - written) >> StepShift))
            {
                var match = FindAt(source, current, end, repeat, ShortLength - 1);
                if (match.Length > 0)
                {
                    while (current < last && match.Length < NiceLength)
                    {
                        var next = FindAt(source, current + 1, end, repeat, match.Length);
                        if (next.Length == 0 || !IsBetter(next, match, repeat))
                        {
                            break;
                        }

                        match = next;
                        current++;
                    }

                    position = current;
                    return Extend(source, match, ref position, written);
                }
            }

            return default;
        }
    }

    private static bool IsBetter(FoundMatch next, FoundMatch match, int repeat) => unchecked(
       (4 * next.Length) - (next.Offset == repeat ? 0 : BitOperations.Log2((uint)next.Offset)) > (4 * match.Length) - (match.Offset == repeat ? 0 : BitOperations.Log2((uint)match.Offset)) + 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private FoundMatch FindAt(ReadOnlySpan<byte> source, int current, int end, int repeat, int longer)
    {
        unchecked
        {
            var bytes = Load64(source, current);
            ref var latestLong = ref Item(_latestLong, LongSlot(bytes));
            ref var latestShort = ref Item(_latestShort, ShortSlot(bytes));
            var (longCandidate, shortCandidate) = (latestLong, latestShort);
            latestLong = latestShort = current;
            var match = default(FoundMatch);
            if ((uint)(repeat - 1) < (uint)current && Load32(source, current - repeat) == (uint)bytes)
            {
                match = new FoundMatch(CommonLength(source, current - repeat, current, ShortLength, end - current), repeat);
            }

            if (Load64(source, longCandidate) == bytes)
            {
                var length = CommonLength(source, longCandidate, current, LongLength, end - current);
                if (length > match.Length + 2)
                {
                    match = new FoundMatch(length, current - longCandidate);
                }
            }
            else if (Load32(source, shortCandidate) == (uint)bytes)
            {
                var length = CommonLength(source, shortCandidate, current, ShortLength, end - current);
                if (length > match.Length + 2)
                {
                    match = new FoundMatch(length, current - shortCandidate);
                }
            }

            return match;
        }
    }

    /// <summary>Extends a match in both directions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FoundMatch Extend(ReadOnlySpan<byte> source, FoundMatch match, ref int position, int written)
    {
        unchecked
        {
            var length = match.Length;
            var candidate = position - match.Offset;
            while (position > written && candidate > 0 && Load(source, position - 1) == Load(source, candidate - 1))
            {
                position--;
                candidate--;
                length++;
            }

            return new FoundMatch(length, match.Offset);
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
                && (uint)(recent.Second - 1) < (uint)position
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Insert(ReadOnlySpan<byte> source, int position)
    {
        var bytes = Load64(source, position);
        Item(_latestLong, LongSlot(bytes)) = position;
        Item(_latestShort, ShortSlot(bytes)) = position;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int LongSlot(ulong bytes) => unchecked((int)((bytes * HashMultiplier) >> _longShift));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int ShortSlot(ulong bytes) => unchecked((int)(((bytes << (64 - ShortHashedBits)) * HashMultiplier) >> _shortShift));

    /// <summary>A match; a length of 0 means none.</summary>
    private readonly record struct FoundMatch(int Length, int Offset);
}
