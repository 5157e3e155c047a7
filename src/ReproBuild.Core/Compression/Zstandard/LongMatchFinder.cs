using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Finds earlier occurrences of the bytes at a position in a frame, by chains of positions with equal hashes.</summary>
/// <remarks>Matches of four bytes and more come from the chains; those of three from a table of the latest positions only.</remarks>
internal sealed class LongMatchFinder
{
    /// <summary>A match this long ends the search.</summary>
    public const int NiceLength = 256;

    private const int HashedLength = 4;
    private const int SearchDepth = 64;
    private const int MinHashBits = 8;
    private const int MaxHashBits = 17;
    private const int ShortHashBits = 14;

    // The size of the largest SquashFS block; in a longer frame, matches farther back are not searched for.
    private const int MaxWindowBits = 20;

    private const uint HashMultiplier = 0x9E3779B1;

    private readonly int[] _latest = new int[1 << MaxHashBits];
    private readonly int[] _latestShort = new int[1 << ShortHashBits];
    private int[] _previous = [];
    private int _hashShift;
    private int _windowMask;
    private int _next;

    /// <summary>Begins a frame of <paramref name="length"/> bytes, none of whose positions are known.</summary>
    public void Begin(int length)
    {
        // Short frames, such as those of metadata, should not pay for clearing a table that they would not fill.
        var hashBits = Math.Clamp(BitOperations.Log2((uint)length | 1) + 1, MinHashBits, MaxHashBits);
        _hashShift = 32 - hashBits;
        _windowMask = (int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)length | 1), 1u << MaxWindowBits) - 1;
        _previous = ArrayPool<int>.Shared.Rent(_windowMask + 1);
        _latest.AsSpan(0, 1 << hashBits).Fill(-1);
        _latestShort.AsSpan().Fill(-1);
        _next = 0;
    }

    /// <summary>Returns the frame's buffer.</summary>
    public void End()
    {
        ArrayPool<int>.Shared.Return(_previous);
        _previous = [];
    }

    /// <summary>Adds all positions before <paramref name="position"/>, and finds the match there that gains the most.</summary>
    /// <param name="source">The content of the frame.</param>
    /// <param name="position">Where the match begins, in ascending order: a position that was passed already is known, and would find itself.</param>
    /// <param name="end">The latest position where it may end.</param>
    /// <param name="gains">How much matches save.</param>
    /// <param name="best">The best match so far.</param>
    public SequenceMatch Find(ReadOnlySpan<byte> source, int position, int end, MatchGain gains, SequenceMatch best)
    {
        Insert(source, position);
        if (end - position < HashedLength)
        {
            return best;
        }

        var bytes = BinaryPrimitives.ReadUInt32LittleEndian(source[position..]);
        best = FindShort(source, position, bytes, gains, best);
        return FindLong(source, position, end, bytes, gains, best);
    }

    /// <summary>How many bytes at <paramref name="first"/> equal those at <paramref name="second"/>, up to <paramref name="end"/>.</summary>
    public static int CommonLength(ReadOnlySpan<byte> source, int first, int second, int end) =>
        source[second..end].CommonPrefixLength(source[first..]);

    private SequenceMatch FindLong(ReadOnlySpan<byte> source, int position, int end, uint bytes, MatchGain gains, SequenceMatch best)
    {
        var length = Math.Max(best.Length, ZstandardFormat.MinMatch);
        var oldest = Math.Max(0, position - _windowMask);
        var candidate = _latest[Hash(bytes)];
        for (var depth = SearchDepth; candidate >= oldest && depth > 0 && length < end - position && length < NiceLength; depth--)
        {
            // The bytes that would make the match longer differ most often.
            if (ReadTail(source, candidate + length) == ReadTail(source, position + length) &&
                BinaryPrimitives.ReadUInt32LittleEndian(source[candidate..]) == bytes)
            {
                var found = CommonLength(source, candidate, position, end);
                var gain = gains.Of(found, position - candidate + ZstandardFormat.RepeatedOffsets);
                if (found > length)
                {
                    length = found;
                    best = gain > best.Gain ? new SequenceMatch(found, position - candidate, gain) : best;
                }
            }

            candidate = _previous[candidate & _windowMask];
        }

        return best;
    }

    private void Insert(ReadOnlySpan<byte> source, int to)
    {
        to = Math.Min(to, source.Length - HashedLength + 1);
        for (; _next < to; _next++)
        {
            var bytes = BinaryPrimitives.ReadUInt32LittleEndian(source[_next..]);
            _latestShort[ShortHash(bytes)] = _next;
            ref var latest = ref _latest[Hash(bytes)];
            _previous[_next & _windowMask] = latest;
            latest = _next;
        }
    }

    private SequenceMatch FindShort(ReadOnlySpan<byte> source, int position, uint bytes, MatchGain gains, SequenceMatch best)
    {
        var candidate = _latestShort[ShortHash(bytes)];
        if (candidate < 0 || ((BinaryPrimitives.ReadUInt32LittleEndian(source[candidate..]) ^ bytes) & 0xFFFFFF) != 0)
        {
            return best;
        }

        var gain = gains.Of(ZstandardFormat.MinMatch, position - candidate + ZstandardFormat.RepeatedOffsets);
        return gain > best.Gain ? new SequenceMatch(ZstandardFormat.MinMatch, position - candidate, gain) : best;
    }

    /// <summary>The four bytes that end with the one at <paramref name="last"/>.</summary>
    private static uint ReadTail(ReadOnlySpan<byte> source, int last) =>
        BinaryPrimitives.ReadUInt32LittleEndian(source[(last - HashedLength + 1)..]);

    private int Hash(uint bytes) => unchecked((int)((bytes * HashMultiplier) >> _hashShift));

    private static int ShortHash(uint bytes) => unchecked((int)(((bytes << 8) * HashMultiplier) >> (32 - ShortHashBits)));
}
