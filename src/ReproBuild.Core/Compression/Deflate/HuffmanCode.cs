using ReproBuild.Core.Compression.Coding;

namespace ReproBuild.Core.Compression.Deflate;

/// <summary>A canonical prefix code (RFC 1951, section 3.2.2), with its bits in the order in which they are written.</summary>
internal sealed class HuffmanCode(int symbols)
{
    private readonly ushort[] _codes = new ushort[symbols];
    private readonly byte[] _lengths = new byte[symbols];

    public ReadOnlySpan<byte> Lengths => _lengths;

    public ReadOnlySpan<ushort> Codes => _codes;

    /// <summary>The best code for the frequencies.</summary>
    public void Build(ReadOnlySpan<int> frequencies, int maxLength)
    {
        HuffmanLengths.Compute(frequencies, maxLength, _lengths);
        AssignCodes();
    }

    /// <summary>The code with the given lengths.</summary>
    public void Assign(ReadOnlySpan<byte> lengths)
    {
        lengths.CopyTo(_lengths);
        AssignCodes();
    }

    /// <summary>How many bits all occurrences take together.</summary>
    public long Cost(ReadOnlySpan<int> frequencies)
    {
        long bits = 0;
        for (var symbol = 0; symbol < frequencies.Length; symbol++)
        {
            bits += (long)frequencies[symbol] * _lengths[symbol];
        }

        return bits;
    }

    private void AssignCodes()
    {
        Span<int> next = stackalloc int[DeflateFormat.MaxCodeLength + 2];
        next.Clear();
        foreach (var length in _lengths)
        {
            next[length + 1] += length == 0 ? 0 : 1;
        }

        for (var length = 1; length < next.Length; length++)
        {
            next[length] = (next[length] + next[length - 1]) << 1;
        }

        for (var symbol = 0; symbol < symbols; symbol++)
        {
            var length = _lengths[symbol];
            _codes[symbol] = length == 0 ? (ushort)0 : Reverse(next[length]++, length);
        }
    }

    // Codes are packed starting at their most significant bit (section 3.1.1), everything else at the least significant.
    private static ushort Reverse(int code, int length)
    {
        var reversed = 0;
        for (var i = 0; i < length; i++)
        {
            reversed = (reversed << 1) | ((code >> i) & 1);
        }

        return (ushort)reversed;
    }
}
