using ReproBuild.Core.Compression.Coding;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Takes a match only if neither of the next two bytes begins a better one.</summary>
internal sealed class LazySequenceParser : SequenceParser
{
    // Less than the shortest match, since positions are only searched in ascending order.
    private const int LookAhead = 2;

    private readonly LongMatchFinder _matches = new();
    private readonly LiteralsCode _blockCode = new();
    private MatchGain _gains;

    public override void Begin(int length) => _matches.Begin(length);

    public override void End() => _matches.End();

    public override void Parse(ReadOnlySpan<byte> source, int start, int end, ref RepeatOffsets repeats)
    {
        Clear();
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
            AddLiterals(source[written..position]);
            AddMatch(position - written, match.Length, match.Offset, ref repeats);
            position += match.Length;
            written = position;
        }

        AddLiterals(source[written..end]);
    }

    private void Estimate(ReadOnlySpan<byte> block)
    {
        Span<int> frequencies = stackalloc int[LiteralsCode.Symbols];
        ByteFrequencies.Count(block, frequencies);
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
}
