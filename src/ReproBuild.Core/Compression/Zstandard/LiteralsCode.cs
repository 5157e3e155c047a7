using ReproBuild.Core.Compression.Coding;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>A prefix code for literals (RFC 8878, section 4.2.1.3): the longest codes come first, those of one length by symbol.</summary>
internal sealed class LiteralsCode
{
    public const int Symbols = 256;

    /// <summary>Max_Number_of_Bits (section 4.2.1).</summary>
    public const int MaxLength = 11;

    private readonly byte[] _lengths = new byte[Symbols];
    private readonly ushort[] _codes = new ushort[Symbols];

    public ReadOnlySpan<byte> Lengths => _lengths;

    /// <summary>The best code for the frequencies, of which at least two are not zero.</summary>
    public void Build(ReadOnlySpan<int> frequencies)
    {
        HuffmanLengths.Compute(frequencies, MaxLength, _lengths);
        Span<int> next = stackalloc int[MaxLength + 1];
        next.Clear();
        foreach (var length in _lengths)
        {
            next[length]++;
        }

        var first = 0;
        for (var length = MaxLength; length > 0; length--)
        {
            var count = next[length];
            next[length] = first;
            first = (first + count) >> 1;
        }

        for (var symbol = 0; symbol < Symbols; symbol++)
        {
            _codes[symbol] = _lengths[symbol] == 0 ? (ushort)0 : (ushort)next[_lengths[symbol]]++;
        }
    }

    /// <summary>How many bits all occurrences take together.</summary>
    public long Cost(ReadOnlySpan<int> frequencies)
    {
        var bits = 0L;
        for (var symbol = 0; symbol < Symbols; symbol++)
        {
            bits += (long)frequencies[symbol] * _lengths[symbol];
        }

        return bits;
    }

    /// <summary>Writes a stream of literals, the last one first, since a decoder reads from the end (section 4.2.2).</summary>
    /// <returns>How many bytes were written.</returns>
    public int Write(Span<byte> destination, ReadOnlySpan<byte> literals)
    {
        var writer = new BitWriter(destination);
        for (var i = literals.Length - 1; i >= 0; i--)
        {
            writer.Write(_codes[literals[i]], _lengths[literals[i]]);
        }

        return BackwardStream.Finish(ref writer);
    }
}
