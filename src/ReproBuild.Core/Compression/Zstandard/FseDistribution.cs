using ReproBuild.Core.Compression.Coding;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Distributes a table's cells among symbols, in proportion to how often they occur (RFC 8878, section 4.1.1).</summary>
internal static class FseDistribution
{
    /// <summary>Stands for more than any table can take.</summary>
    public const long Impossible = long.MaxValue;

    /// <summary>
    /// Distributes 2^<paramref name="log"/> cells so that the symbols take the fewest bits; every symbol that occurs gets at least one.
    /// </summary>
    /// <remarks>At least two symbols occur, and no more than there are cells. Among equal gains the lowest symbol goes first.</remarks>
    public static void Share(ReadOnlySpan<int> counts, int log, Span<short> probabilities)
    {
        var total = 0L;
        foreach (var count in counts)
        {
            total += count;
        }

        var left = 1 << log;
        for (var symbol = 0; symbol < counts.Length; symbol++)
        {
            probabilities[symbol] = counts[symbol] == 0 ? (short)0 : (short)Math.Max(1, ((long)counts[symbol] << log) / total);
            left -= probabilities[symbol];
        }

        for (; left > 0; left--)
        {
            probabilities[BestToRaise(counts, probabilities)]++;
        }

        for (; left < 0; left++)
        {
            probabilities[BestToLower(counts, probabilities)]--;
        }
    }

    /// <summary>About how many bits the symbols take, times 2^<see cref="FixedPointLog.FractionBits"/>; impossible if one has no cell.</summary>
    public static long Cost(ReadOnlySpan<int> counts, ReadOnlySpan<short> probabilities, int log)
    {
        var cost = 0L;
        for (var symbol = 0; symbol < counts.Length; symbol++)
        {
            if (counts[symbol] == 0)
            {
                continue;
            }

            if (symbol >= probabilities.Length || probabilities[symbol] == 0)
            {
                return Impossible;
            }

            cost += counts[symbol] * (long)((log << FixedPointLog.FractionBits) - FixedPointLog.Log2(Math.Abs(probabilities[symbol])));
        }

        return cost;
    }

    private static int BestToRaise(ReadOnlySpan<int> counts, ReadOnlySpan<short> probabilities)
    {
        var best = -1;
        var most = 0L;
        for (var symbol = 0; symbol < counts.Length; symbol++)
        {
            var probability = probabilities[symbol];
            var gain = probability == 0 ? 0 : counts[symbol] * (long)(FixedPointLog.Log2(probability + 1) - FixedPointLog.Log2(probability));
            if (gain > most)
            {
                (best, most) = (symbol, gain);
            }
        }

        return best;
    }

    private static int BestToLower(ReadOnlySpan<int> counts, ReadOnlySpan<short> probabilities)
    {
        var best = -1;
        var least = long.MaxValue;
        for (var symbol = 0; symbol < counts.Length; symbol++)
        {
            var probability = probabilities[symbol];
            if (probability <= 1)
            {
                continue;
            }

            var loss = counts[symbol] * (long)(FixedPointLog.Log2(probability) - FixedPointLog.Log2(probability - 1));
            if (loss < least)
            {
                (best, least) = (symbol, loss);
            }
        }

        return best;
    }
}
