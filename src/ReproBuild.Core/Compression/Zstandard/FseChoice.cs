using ReproBuild.Core.Compression.Coding;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Finds the accuracy at which symbols and the description of their table take the fewest bits.</summary>
internal sealed class FseChoice(int symbols, int maxLog)
{
    private readonly byte[] _description = new byte[FseDescription.MaxLength];
    private readonly byte[] _candidate = new byte[FseDescription.MaxLength];
    private readonly short[] _probabilities = new short[symbols];
    private int _descriptionLength;

    public ReadOnlySpan<byte> Description => _description.AsSpan(0, _descriptionLength);

    /// <summary>Bits times 2^<see cref="FixedPointLog.FractionBits"/>: the description, the states and the symbols.</summary>
    public long Cost { get; private set; }

    public int Log { get; private set; }

    /// <summary>Finds the best accuracy for the counts of at least two symbols.</summary>
    /// <param name="counts">How often each symbol occurs.</param>
    /// <param name="coded">The same, without the symbols that the first states give.</param>
    /// <param name="states">How many states are written.</param>
    public void Compute(ReadOnlySpan<int> counts, ReadOnlySpan<int> coded, int states)
    {
        Cost = FseDistribution.Impossible;
        var used = counts.Length - counts.Count(0);
        Span<short> shared = stackalloc short[symbols];
        for (var log = ZstandardFormat.MinAccuracyLog; log <= maxLog; log++)
        {
            if (used > 1 << log)
            {
                continue;
            }

            FseDistribution.Share(counts, log, shared);
            var length = FseDescription.Write(_candidate, shared, log);
            var cost = FseDistribution.Cost(coded, shared, log) + (((8L * length) + (states * log)) << FixedPointLog.FractionBits);
            if (cost < Cost)
            {
                (Cost, Log, _descriptionLength) = (cost, log, length);
                shared.CopyTo(_probabilities);
                _candidate.CopyTo(_description);
            }
        }
    }

    /// <summary>Makes the table that was found to be best.</summary>
    public void BuildTable(FseTable table) => table.Build(_probabilities, Log);
}
