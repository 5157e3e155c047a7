using System.Runtime.CompilerServices;
using ReproBuild.Core.Compression.Coding;
using static ReproBuild.Core.Compression.Coding.UncheckedBytes;

namespace ReproBuild.Core.Compression.Deflate;

/// <summary>How often the symbols of both alphabets occur.</summary>
internal sealed class SymbolStatistics
{
    private static readonly SymbolStatistics None = new();

    public readonly int[] Literals = new int[DeflateFormat.LiteralSymbols];
    public readonly int[] Distances = new int[DeflateFormat.DistanceSymbols];

    public void Clear()
    {
        Array.Clear(Literals);
        Array.Clear(Distances);
    }

    public void Add(SymbolStatistics other)
    {
        Add(Literals, other.Literals);
        Add(Distances, other.Distances);
    }

    /// <summary>Adds symbols.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Count(Span<uint> symbols)
    {
        unchecked
        {
            Span<int> literals = Literals;
            Span<int> distances = Distances;
            for (var i = 0; i < symbols.Length; i++)
            {
                var symbol = symbols[i];
                if (symbol < DeflateSymbol.MatchFlag)
                {
                    Item(literals, (int)symbol)++;
                }
                else
                {
                    Item(literals, DeflateFormat.FirstLengthSymbol + DeflateFormat.LengthSymbol(DeflateSymbol.Length(symbol)))++;
                    Item(distances, DeflateFormat.DistanceSymbol((int)DeflateSymbol.DistanceLessOne(symbol) + 1))++;
                }
            }
        }
    }

    /// <summary>How many bits codes that fit the frequencies would take, without their description; a fixed-point number.</summary>
    public long Cost() => CostWith(None);

    /// <summary>The same of the frequencies of both.</summary>
    public long CostWith(SymbolStatistics other) => Cost(Literals, other.Literals) + Cost(Distances, other.Distances);

    private static void Add(int[] sums, int[] other)
    {
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] += other[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Cost(int[] frequencies, int[] others)
    {
        unchecked
        {
            long sum = 0;
            var count = 0;
            for (var i = 0; i < frequencies.Length; i++)
            {
                var frequency = frequencies[i] + others[i];
                if (frequency > 0)
                {
                    sum += (long)frequency * FixedPointLog.Approximate(frequency);
                    count += frequency;
                }
            }

            return count == 0 ? 0 : ((long)count * FixedPointLog.Approximate(count)) - sum;
        }
    }
}
