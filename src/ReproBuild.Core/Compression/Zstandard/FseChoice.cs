using System.Numerics;
using ReproBuild.Core.Compression.Coding;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Finds the accuracy at which symbols and the description of their table take the fewest bits.</summary>
/// <param name="symbols">How many symbols there are.</param>
/// <param name="maxLog">The highest accuracy allowed.</param>
/// <param name="triesAll">Whether to try every accuracy, or only the one that suits how much there is to code.</param>
internal sealed class FseChoice(int symbols, int maxLog, bool triesAll)
{
    // A table with more cells would take more for its description than it saves.
    private const int CodedPerCell = 4;

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
    /// <param name="total">The sum of the counts.</param>
    /// <param name="states">How many states are written.</param>
    public void Compute(ReadOnlySpan<int> counts, ReadOnlySpan<int> coded, int total, int states)
    {
        Cost = FseDistribution.Impossible;
        Span<short> shared = stackalloc short[symbols];
        var used = counts.Length - counts.Count(0);
        var lowest = Math.Max(ZstandardFormat.MinAccuracyLog, BitOperations.Log2((uint)(used - 1)) + 1);
        var suitable = Math.Clamp(BitOperations.Log2((uint)(total / CodedPerCell) | 1), lowest, maxLog);
        var (log, highest) = triesAll ? (lowest, maxLog) : (suitable, suitable);
        for (; log <= highest; log++)
        {
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
