using System.Runtime.CompilerServices;
using static ReproBuild.Core.Compression.Coding.UncheckedBytes;

namespace ReproBuild.Core.Compression.Deflate;

/// <summary>Takes the first match that it sees: the only candidate at a position is the latest one with the same hash of four bytes.</summary>
internal sealed class GreedyParser : DeflateParser
{
    private const int HashBits = 15;
    private const int HashedLength = sizeof(uint);
    private const uint HashMultiplier = 0x9E3779B1;

    // The low 16 bits of positions; see MatchFinder.
    private readonly ushort[] _latest = new ushort[1 << HashBits];

    public override void Begin(ReadOnlySpan<byte> data) => Array.Clear(_latest);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override int Parse(ReadOnlySpan<byte> data, Span<uint> symbols, ref int position)
    {
        unchecked
        {
            Span<ushort> table = _latest;
            var current = position;
            var count = 0;
            var hashed = data.Length - HashedLength + 1;
            while (current < hashed && count < symbols.Length)
            {
                var bytes = Load32(data, current);
                ref var latest = ref Item(table, Slot(bytes));
                int back = (ushort)(current - latest);
                latest = (ushort)current;
                if (!DeflateFormat.IsDistance(back, Math.Min(current, DeflateFormat.WindowSize)) || Load32(data, current - back) != bytes)
                {
                    Item(symbols, count++) = bytes & byte.MaxValue;
                    current++;
                    continue;
                }

                var longest = Math.Min(DeflateFormat.MaxMatch, data.Length - current);
                var length = CommonLength(data, current - back, current, HashedLength, longest);
                Item(symbols, count++) = DeflateSymbol.Of(new Match(length, back));
                var end = current + length;
                var last = Math.Min(end, hashed);
                while (++current < last)
                {
                    Item(table, Slot(Load32(data, current))) = (ushort)current;
                }

                current = end;
            }

            while (current >= hashed && current < data.Length && count < symbols.Length)
            {
                Item(symbols, count++) = Load(data, current++);
            }

            position = current;
            return count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Slot(uint bytes) => unchecked((int)((bytes * HashMultiplier) >> (32 - HashBits)));
}
