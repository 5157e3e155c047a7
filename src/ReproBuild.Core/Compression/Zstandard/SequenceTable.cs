using ReproBuild.Core.Compression.Coding;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>
/// Chooses how one of the three kinds of codes in sequences is written: the way that takes the fewest bits (RFC 8878, section 3.1.1.3.2.1).
/// </summary>
internal sealed class SequenceTable
{
    private const int PredefinedMode = 0;
    private const int RunMode = 1;
    private const int DescribedMode = 2;
    private const int RunDescriptionBits = 8;

    private readonly short[] _predefinedDistribution;
    private readonly int _predefinedLog;
    private readonly FseTable _predefined;
    private readonly FseTable _own;
    private readonly FseChoice _choice;
    private readonly int[] _counts;
    private readonly int[] _coded;
    private byte _runCode;

    /// <summary>Makes the chooser of a kind of codes.</summary>
    /// <param name="symbols">How many codes there are.</param>
    /// <param name="predefined">The distribution that needs no description.</param>
    /// <param name="predefinedLog">Its accuracy.</param>
    /// <param name="maxLog">The highest accuracy allowed for the kind.</param>
    /// <param name="effort">How much time a choice may take.</param>
    public SequenceTable(int symbols, ReadOnlySpan<short> predefined, int predefinedLog, int maxLog, CompressionEffort effort)
    {
        (_predefinedDistribution, _predefinedLog) = (predefined.ToArray(), predefinedLog);
        (_predefined, _own) = (new FseTable(symbols), new FseTable(symbols));
        _choice = new FseChoice(symbols, maxLog, triesAll: effort != CompressionEffort.Fast);
        (_counts, _coded) = (new int[symbols], new int[symbols]);
        _predefined.Build(predefined, predefinedLog);
        Table = _predefined;
    }

    /// <summary>Symbol_Compression_Mode.</summary>
    public int Mode { get; private set; }

    public FseTable Table { get; private set; }

    /// <summary>Chooses for at least one code. The last one takes no bits except those of the state that it starts.</summary>
    public void Choose(ReadOnlySpan<byte> codes)
    {
        ByteFrequencies.Count(codes, _counts);
        _counts.CopyTo(_coded.AsSpan());
        _coded[codes[^1]]--;
        var cost = PredefinedCost();
        (Mode, Table) = (PredefinedMode, _predefined);
        if (_counts[codes[^1]] == codes.Length)
        {
            ChooseRun(codes[^1], cost);
        }
        else
        {
            ChooseDescribed(cost, codes.Length);
        }
    }

    /// <summary>Writes the description of the table, if it needs one.</summary>
    /// <returns>How many bytes were written.</returns>
    public int WriteDescription(Span<byte> destination)
    {
        switch (Mode)
        {
            case RunMode:
                destination[0] = _runCode;
                return 1;
            case DescribedMode:
                _choice.Description.CopyTo(destination);
                return _choice.Description.Length;
            default:
                return 0;
        }
    }

    private long PredefinedCost()
    {
        var isPossible = FseDistribution.Cost(_counts, _predefinedDistribution, _predefinedLog) != FseDistribution.Impossible;
        var states = (long)_predefinedLog << FixedPointLog.FractionBits;
        return isPossible ? FseDistribution.Cost(_coded, _predefinedDistribution, _predefinedLog) + states : FseDistribution.Impossible;
    }

    private void ChooseRun(byte code, long cost)
    {
        if ((long)RunDescriptionBits << FixedPointLog.FractionBits < cost)
        {
            _runCode = code;
            _own.BuildRun(code);
            (Mode, Table) = (RunMode, _own);
        }
    }

    private void ChooseDescribed(long cost, int total)
    {
        _choice.Compute(_counts, _coded, total, states: 1);
        if (_choice.Cost < cost)
        {
            _choice.BuildTable(_own);
            (Mode, Table) = (DescribedMode, _own);
        }
    }
}
