using System.Buffers.Binary;
using System.Numerics;

namespace ReproBuild.Core.Compression;

/// <summary>Finds earlier occurrences of the bytes at a position, by chains of positions with equal hashes.</summary>
/// <remarks>Matches of four bytes and more come from the chains; those of three from a table of the latest positions only.</remarks>
internal sealed class MatchFinder
{
    /// <summary>A match this long ends the search.</summary>
    public const int NiceLength = 128;

    private const int HashedLength = 4;
    private const int ChainHashBits = 16;
    private const int ShortHashBits = 15;
    private const uint HashMultiplier = 0x9E3779B1;
    private const int WindowMask = DeflateFormat.WindowSize - 1;

    // One less than the window, so that a position's slot in the chains has not been reused yet.
    private const int MaxDistance = DeflateFormat.WindowSize - 1;

    // Farther back, a match of three bytes costs more than its literals.
    private const int MaxShortDistance = 4096;

    private readonly int[] _latest = new int[1 << ChainHashBits];
    private readonly int[] _latestShort = new int[1 << ShortHashBits];
    private readonly int[] _previous = new int[DeflateFormat.WindowSize];

    /// <summary>Forgets all positions.</summary>
    public void Clear()
    {
        Array.Fill(_latest, -1);
        Array.Fill(_latestShort, -1);
    }

    /// <summary>Adds the positions from <paramref name="from"/> up to, not including, <paramref name="to"/>.</summary>
    public void Insert(ReadOnlySpan<byte> window, int from, int to)
    {
        to = Math.Min(to, window.Length - HashedLength + 1);
        for (var position = from; position < to; position++)
        {
            var bytes = BinaryPrimitives.ReadUInt32LittleEndian(window[position..]);
            _latestShort[ShortHash(bytes)] = position;
            ref var latest = ref _latest[ChainHash(bytes)];
            _previous[position & WindowMask] = latest;
            latest = position;
        }
    }

    /// <summary>Adds a position and finds the longest match there.</summary>
    /// <param name="window">The dictionary and the data.</param>
    /// <param name="position">Where the match begins.</param>
    /// <param name="longerThan">Only longer matches are of interest.</param>
    /// <param name="depth">How many candidates to look at.</param>
    public Match Find(ReadOnlySpan<byte> window, int position, int longerThan, int depth)
    {
        var longest = Math.Min(DeflateFormat.MaxMatch, window.Length - position);
        if (longest < HashedLength)
        {
            return default;
        }

        var bytes = BinaryPrimitives.ReadUInt32LittleEndian(window[position..]);
        ref var latestShort = ref _latestShort[ShortHash(bytes)];
        ref var latest = ref _latest[ChainHash(bytes)];
        var best = longerThan < DeflateFormat.MinMatch ? ShortMatch(window, position, latestShort, bytes) : default;
        var candidate = latest;
        _previous[position & WindowMask] = latest;
        latest = position;
        latestShort = position;
        var length = Math.Max(longerThan, DeflateFormat.MinMatch);
        var oldest = Math.Max(0, position - MaxDistance);
        for (; candidate >= oldest && depth > 0 && length < longest; depth--)
        {
            // The bytes that would make the match longer differ most often.
            if (ReadTail(window, candidate + length) == ReadTail(window, position + length) &&
                BinaryPrimitives.ReadUInt32LittleEndian(window[candidate..]) == bytes)
            {
                var found = CommonLength(window, candidate, position, longest);
                if (found > length)
                {
                    length = found;
                    best = new Match(found, position - candidate);
                    if (found >= NiceLength)
                    {
                        break;
                    }
                }
            }

            candidate = _previous[candidate & WindowMask];
        }

        return best;
    }

    private static Match ShortMatch(ReadOnlySpan<byte> window, int position, int candidate, uint bytes)
    {
        if (candidate < 0 || position - candidate > MaxShortDistance)
        {
            return default;
        }

        var difference = BinaryPrimitives.ReadUInt32LittleEndian(window[candidate..]) ^ bytes;
        return (difference & 0xFFFFFF) == 0 ? new Match(DeflateFormat.MinMatch, position - candidate) : default;
    }

    /// <summary>The four bytes that end with the one at <paramref name="last"/>.</summary>
    private static uint ReadTail(ReadOnlySpan<byte> window, int last) =>
        BinaryPrimitives.ReadUInt32LittleEndian(window[(last - HashedLength + 1)..]);

    private static int CommonLength(ReadOnlySpan<byte> window, int first, int second, int longest)
    {
        var length = 0;
        for (; length + 8 <= longest; length += 8)
        {
            var difference = BinaryPrimitives.ReadUInt64LittleEndian(window[(first + length)..]) ^
                BinaryPrimitives.ReadUInt64LittleEndian(window[(second + length)..]);
            if (difference != 0)
            {
                return length + (BitOperations.TrailingZeroCount(difference) >> 3);
            }
        }

        while (length < longest && window[first + length] == window[second + length])
        {
            length++;
        }

        return length;
    }

    private static int ChainHash(uint bytes) => unchecked((int)((bytes * HashMultiplier) >> (32 - ChainHashBits)));

    private static int ShortHash(uint bytes) => unchecked((int)(((bytes << 8) * HashMultiplier) >> (32 - ShortHashBits)));
}
