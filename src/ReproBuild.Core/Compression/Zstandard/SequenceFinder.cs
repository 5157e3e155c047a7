namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Cuts a block into literals and matches. A match is taken only if neither of the next two bytes begins a better one.</summary>
internal sealed class SequenceFinder
{
    // Less than the shortest match, since positions are only searched in ascending order.
    private const int LookAhead = 2;

    // Every sequence has a match of at least three bytes.
    private const int MaxSequences = ZstandardFormat.MaxBlockLength / ZstandardFormat.MinMatch;

    private readonly LongMatchFinder _matches = new();
    private readonly LiteralsCode _blockCode = new();
    private readonly byte[] _literals = new byte[ZstandardFormat.MaxBlockLength];
    private readonly Sequence[] _sequences = new Sequence[MaxSequences];
    private MatchGain _gains;
    private int _literalCount;
    private int _sequenceCount;

    /// <summary>The literals of the block: those of all sequences, and those after the last one.</summary>
    public ReadOnlySpan<byte> Literals => _literals.AsSpan(0, _literalCount);

    public ReadOnlySpan<Sequence> Sequences => _sequences.AsSpan(0, _sequenceCount);

    /// <summary>How many bytes the block would take as literals only, without the description of their code.</summary>
    public int CodedLength { get; private set; }

    /// <summary>Begins a frame of <paramref name="length"/> bytes.</summary>
    public void Begin(int length) => _matches.Begin(length);

    /// <summary>Returns the frame's buffer.</summary>
    public void End() => _matches.End();

    /// <summary>Cuts the bytes from <paramref name="start"/> up to <paramref name="end"/>; there is at least one.</summary>
    public void Find(ReadOnlySpan<byte> source, int start, int end, ref RepeatOffsets repeats)
    {
        (_literalCount, _sequenceCount) = (0, 0);
        Estimate(source[start..end]);
        var written = start;
        for (var position = start; position < end;)
        {
            var match = FindAt(source, position, end, repeats, hasLiterals: position > written);
            if (match.Length == 0)
            {
                position++;
                continue;
            }

            match = Defer(source, ref position, end, repeats, match);
            Add(source[written..position], match, ref repeats);
            position += match.Length;
            written = position;
        }

        AddLiterals(source[written..end]);
    }

    private void Estimate(ReadOnlySpan<byte> block)
    {
        Span<int> frequencies = stackalloc int[LiteralsCode.Symbols];
        frequencies.Clear();
        foreach (var value in block)
        {
            frequencies[value]++;
        }

        _blockCode.Build(frequencies);
        var bits = _blockCode.Cost(frequencies);
        CodedLength = (int)(bits / 8);
        _gains = new MatchGain((int)(bits * MatchGain.Bit / block.Length));
    }

    /// <summary>Moves on to a better match as long as one begins shortly afterwards.</summary>
    private SequenceMatch Defer(ReadOnlySpan<byte> source, ref int position, int end, RepeatOffsets repeats, SequenceMatch match)
    {
        for (var ahead = 1; ahead <= LookAhead && match.Length < LongMatchFinder.NiceLength && position + ahead < end; ahead++)
        {
            var next = FindAt(source, position + ahead, end, repeats, hasLiterals: true);
            if (MatchGain.IsWorthDelay(next, match, ahead))
            {
                position += ahead;
                match = next;
                ahead = 0;
            }
        }

        return match;
    }

    private SequenceMatch FindAt(ReadOnlySpan<byte> source, int position, int end, RepeatOffsets repeats, bool hasLiterals)
    {
        var best = default(SequenceMatch);
        for (var value = 1; value <= ZstandardFormat.RepeatedOffsets; value++)
        {
            var offset = repeats.Offset(value, hasLiterals);
            if (offset <= 0 || offset > position)
            {
                continue;
            }

            var length = LongMatchFinder.CommonLength(source, position - offset, position, end);
            var gain = _gains.Of(length, value);
            if (length >= ZstandardFormat.MinMatch && gain > best.Gain)
            {
                best = new SequenceMatch(length, offset, gain);
            }
        }

        return _matches.Find(source, position, end, _gains, best);
    }

    private void Add(ReadOnlySpan<byte> literals, SequenceMatch match, ref RepeatOffsets repeats)
    {
        var hasLiterals = !literals.IsEmpty;
        var value = repeats.Value(match.Offset, hasLiterals);
        repeats = repeats.After(value, match.Offset, hasLiterals);
        AddLiterals(literals);
        _sequences[_sequenceCount++] = new Sequence(literals.Length, match.Length, value);
    }

    private void AddLiterals(ReadOnlySpan<byte> literals)
    {
        literals.CopyTo(_literals.AsSpan(_literalCount));
        _literalCount += literals.Length;
    }
}
