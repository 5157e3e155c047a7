using ReproBuild.Core.Compression.Coding;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Describes a code for literals by the weights of its symbols (RFC 8878, section 4.2.1).</summary>
internal sealed class LiteralsWeights
{
    /// <summary>The greatest size of a description: either form has its size or count in the first byte.</summary>
    public const int MaxLength = 129;

    // The first byte is the size of compressed weights, or the number of plain ones and this (section 4.2.1.1).
    private const int DirectBase = 127;
    private const int MaxDirect = 128;
    private const int MaxCompressed = 127;

    // The greatest accuracy of a table for weights (section 4.2.1.2).
    private const int MaxLog = 6;
    private const int WeightSymbols = LiteralsCode.MaxLength + 1;

    // Room for the description of a table of 12 weights, and 6 bits for each weight.
    private const int BufferLength = 256;

    private readonly byte[] _weights = new byte[LiteralsCode.Symbols];
    private readonly byte[] _compressed = new byte[BufferLength];
    private readonly FseChoice _choice = new(WeightSymbols, MaxLog, triesAll: true);
    private readonly FseTable _table = new(WeightSymbols);

    /// <summary>Writes the weights plainly or compressed, whichever is shorter.</summary>
    /// <returns>How many bytes were written, or 0 if they fit into neither form.</returns>
    public int Write(Span<byte> destination, ReadOnlySpan<byte> lengths)
    {
        var weights = CollectWeights(lengths);
        var compressed = Compress(weights);
        var direct = weights.Length <= MaxDirect ? (weights.Length + 1) / 2 : int.MaxValue;
        if (compressed > 0 && compressed <= MaxCompressed && compressed < direct)
        {
            destination[0] = (byte)compressed;
            _compressed.AsSpan(0, compressed).CopyTo(destination[1..]);
            return 1 + compressed;
        }

        return weights.Length <= MaxDirect ? WriteDirect(destination, weights) : 0;
    }

    /// <summary>The weights of all symbols before the last one, whose weight follows from the others.</summary>
    private ReadOnlySpan<byte> CollectWeights(ReadOnlySpan<byte> lengths)
    {
        var longest = 0;
        foreach (var length in lengths)
        {
            longest = Math.Max(longest, length);
        }

        var count = lengths.LastIndexOfAnyExcept((byte)0);
        for (var symbol = 0; symbol < count; symbol++)
        {
            _weights[symbol] = lengths[symbol] == 0 ? (byte)0 : (byte)(longest + 1 - lengths[symbol]);
        }

        return _weights.AsSpan(0, count);
    }

    private static int WriteDirect(Span<byte> destination, ReadOnlySpan<byte> weights)
    {
        destination[0] = (byte)(DirectBase + weights.Length);
        for (var i = 0; i < weights.Length; i += 2)
        {
            var second = i + 1 < weights.Length ? weights[i + 1] : 0;
            destination[1 + (i / 2)] = (byte)((weights[i] << 4) | second);
        }

        return 1 + ((weights.Length + 1) / 2);
    }

    /// <summary>Compresses the weights to a table and a stream of two alternating states (section 4.2.1.2).</summary>
    /// <returns>How many bytes were written, or 0 if all weights are equal: then no bits would tell where they end.</returns>
    private int Compress(ReadOnlySpan<byte> weights)
    {
        if (weights.Length < 2 || !weights.ContainsAnyExcept(weights[0]))
        {
            return 0;
        }

        Span<int> counts = stackalloc int[WeightSymbols];
        ByteFrequencies.Count(weights, counts);
        Span<int> coded = stackalloc int[WeightSymbols];
        counts.CopyTo(coded);
        coded[weights[^1]]--;
        coded[weights[^2]]--;
        _choice.Compute(counts, coded, weights.Length, states: 2);
        _choice.BuildTable(_table);
        _choice.Description.CopyTo(_compressed);
        return _choice.Description.Length + WriteStream(_compressed.AsSpan(_choice.Description.Length), weights);
    }

    private int WriteStream(Span<byte> destination, ReadOnlySpan<byte> weights)
    {
        var writer = new BitWriter(destination);
        Span<int> states = stackalloc int[2];
        var last = weights.Length - 1;
        states[last & 1] = _table.Start(weights[last]);
        states[(last - 1) & 1] = _table.Start(weights[last - 1]);
        for (var i = last - 2; i >= 0; i--)
        {
            _table.Encode(ref writer, ref states[i & 1], weights[i]);
            writer.Flush();
        }

        _table.AddState(ref writer, states[1]);
        _table.AddState(ref writer, states[0]);
        return BackwardStream.Finish(writer);
    }
}
