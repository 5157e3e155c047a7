using System.Runtime.CompilerServices;
using static ReproBuild.Core.Compression.Coding.UncheckedBytes;

namespace ReproBuild.Core.Compression.Deflate;

/// <summary>Finds earlier occurrences of the bytes at a position, by chains of positions with equal hashes.</summary>
/// <remarks>
/// Matches of four bytes and more come from the chains; those of three from a table of the latest positions only. The tables hold the low
/// 16 bits of positions: what is small stays in the processor's cache. What has not been replaced for 65,536 bytes looks newer than it is; it
/// is a candidate like another, whose bytes are compared.
/// </remarks>
/// <param name="niceLength">A match of this length ends a search.</param>
internal sealed class MatchFinder(int niceLength)
{
    /// <summary>How many bytes a position needs to be found or added: four that are hashed, and one more for the next position.</summary>
    public const int HashedLength = 5;

    private const int ChainHashBits = 15;
    private const int ShortHashBits = 13;
    private const uint HashMultiplier = 0x9E3779B1;
    private const int WindowMask = DeflateFormat.WindowSize - 1;

    // One less than the window, so that a position's slot in the chains has not been reused yet.
    private const int MaxDistance = DeflateFormat.WindowSize - 1;

    // Farther back, a match of three bytes costs more than its literals.
    private const int MaxShortDistance = 4096;

    // Where the tables begin in their array: the latest position of each hash of four bytes, the same of three bytes,
    // and how far before a position the one before it with the same hash is, less one.
    private const int Latest = 0;
    private const int LatestShort = Latest + (1 << ChainHashBits);
    private const int Steps = LatestShort + (1 << ShortHashBits);

    private readonly ushort[] _tables = new ushort[Steps + DeflateFormat.WindowSize];

    // Of the next position: the slots of its hashes, and what they hold. They are read one position ahead, as memory takes its time.
    private int _slot;
    private int _shortSlot;
    private int _latest;
    private int _latestShort;

    /// <summary>Forgets all positions, and begins with the first one of a buffer.</summary>
    public void Begin(ReadOnlySpan<byte> data)
    {
        _tables.AsSpan(0, Steps).Clear();
        if (data.Length >= HashedLength)
        {
            Look(_tables, Load32(data, 0));
        }
    }

    /// <summary>Adds the positions from <paramref name="from"/>, the next one, up to, not including, <paramref name="to"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Insert(ReadOnlySpan<byte> data, int from, int to)
    {
        if (from == to)
        {
            return;
        }

        unchecked
        {
            Span<ushort> tables = _tables;
            for (var position = from; position < to; position++)
            {
                var bytes = Load32(data, position);
                ref var latest = ref Item(tables, Slot(bytes));
                Item(tables, Steps + (position & WindowMask)) = (ushort)(position - latest - 1);
                latest = (ushort)position;
                Item(tables, ShortSlot(bytes)) = (ushort)position;
            }

            Look(tables, Load32(data, to));
        }
    }

    /// <summary>Adds the next position and finds the longest match there.</summary>
    /// <param name="data">What to compress.</param>
    /// <param name="position">Where the match begins; <see cref="HashedLength"/> bytes are there.</param>
    /// <param name="longerThan">Only longer matches are of interest; fewer bytes than are there.</param>
    /// <param name="depth">How many candidates to look at.</param>
    /// <returns>The match, or <see cref="Match.None"/> if there is no longer one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public Match Find(ReadOnlySpan<byte> data, int position, int longerThan, int depth)
    {
        unchecked
        {
            Span<ushort> tables = _tables;
            var bytes = Load32(data, position);
            int back = (ushort)(position - _latest);
            int shortBack = (ushort)(position - _latestShort);
            Item(tables, Steps + (position & WindowMask)) = (ushort)(back - 1);
            Item(tables, _slot) = Item(tables, _shortSlot) = (ushort)position;
            Look(tables, Load32(data, position + 1));

            var match = Match.None;
            var length = longerThan;
            if (length < DeflateFormat.MinMatch)
            {
                length = DeflateFormat.MinMatch;
                if (DeflateFormat.IsDistance(shortBack, Math.Min(position, MaxShortDistance))
                    && ((Load32(data, position - shortBack) ^ bytes) & 0xFFFFFF) == 0)
                {
                    match = new Match(length, shortBack);
                }
            }

            var farthest = Math.Min(position, MaxDistance);
            var tail = Load32(data, position + length - DeflateFormat.MinMatch);
            for (; DeflateFormat.IsDistance(back, farthest) && depth > 0; depth--)
            {
                // The bytes that would make the match longer differ most often.
                var candidate = position - back;
                if (Load32(data, candidate + length - DeflateFormat.MinMatch) == tail && Load32(data, candidate) == bytes)
                {
                    var longest = Math.Min(DeflateFormat.MaxMatch, data.Length - position);
                    var found = CommonLength(data, candidate, position, sizeof(uint), longest);
                    if (found > length)
                    {
                        length = found;
                        match = new Match(found, back);
                        if (found >= niceLength || found == longest)
                        {
                            break;
                        }

                        tail = Load32(data, position + length - DeflateFormat.MinMatch);
                    }
                }

                back += Item(tables, Steps + (candidate & WindowMask)) + 1;
            }

            return match;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Slot(uint bytes) => unchecked((int)((bytes * HashMultiplier) >> (32 - ChainHashBits)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ShortSlot(uint bytes) => unchecked(LatestShort + (int)(((bytes << 8) * HashMultiplier) >> (32 - ShortHashBits)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Look(Span<ushort> tables, uint bytes)
    {
        _slot = Slot(bytes);
        _shortSlot = ShortSlot(bytes);
        _latest = Item(tables, _slot);
        _latestShort = Item(tables, _shortSlot);
    }
}
