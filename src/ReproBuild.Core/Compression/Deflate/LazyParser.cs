using System.Numerics;
using System.Runtime.CompilerServices;
using static ReproBuild.Core.Compression.Coding.UncheckedBytes;

namespace ReproBuild.Core.Compression.Deflate;

/// <summary>Takes a match only if no better one begins at the next byte.</summary>
/// <param name="depth">How many candidates to look at where there is no match yet.</param>
/// <param name="nextDepth">How many to look at for a better match at the next byte.</param>
/// <param name="goodLength">From this length on,</param>
/// <param name="goodDepth">this many.</param>
/// <param name="niceLength">From this length on a match is taken at once.</param>
internal sealed class LazyParser(int depth, int nextDepth, int goodLength, int goodDepth, int niceLength) : DeflateParser
{
    private readonly MatchFinder _finder = new(niceLength);

    public override void Begin(ReadOnlySpan<byte> data) => _finder.Begin(data);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override int Parse(ReadOnlySpan<byte> data, Span<uint> symbols, ref int position)
    {
        unchecked
        {
            var current = position;
            var count = 0;
            var hashed = data.Length - MatchFinder.HashedLength + 1;
            var full = symbols.Length - 1;
            while (current < hashed && count < full)
            {
                var match = _finder.Find(data, current, 0, depth);
                if (match.Length == 0)
                {
                    Item(symbols, count++) = Load(data, current++);
                    continue;
                }

                var known = current + 1;
                while (match.Length < niceLength && known < hashed && count < full && match.Length < data.Length - known)
                {
                    var next = _finder.Find(data, known++, match.Length, match.Length < goodLength ? nextDepth : goodDepth);
                    if (!IsWorthALiteral(next, match))
                    {
                        break;
                    }

                    Item(symbols, count++) = Load(data, current++);
                    match = next;
                }

                Item(symbols, count++) = DeflateSymbol.Of(match);
                current += match.Length;
                _finder.Insert(data, known, Math.Min(current, hashed));
            }

            while (current >= hashed && current < data.Length && count < symbols.Length)
            {
                Item(symbols, count++) = Load(data, current++);
            }

            position = current;
            return count;
        }
    }

    // A longer match must repay the literal before it and, where it reaches farther back, the extra bits of its distance.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsWorthALiteral(Match next, Match match) => unchecked(
        next.Length > match.Length
        && (4 * (next.Length - match.Length)) + (BitOperations.Log2((uint)match.Distance) - BitOperations.Log2((uint)next.Distance)) > 2);
}
