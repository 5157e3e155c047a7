using System.Runtime.CompilerServices;
using ReproBuild.Core.Compression.Coding;
using static ReproBuild.Core.Compression.Coding.UncheckedBytes;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>A prefix code for literals (RFC 8878, section 4.2.1.3): the longest codes come first, those of one length by symbol.</summary>
internal sealed class LiteralsCode
{
    public const int Symbols = 256;

    /// <summary>Max_Number_of_Bits (section 4.2.1).</summary>
    public const int MaxLength = 11;

    // So many of the longest codes fit into the writer's word.
    private const int AtOnce = 5;

    private readonly byte[] _lengths = new byte[Symbols];
    private readonly PackedCode[] _codes = new PackedCode[Symbols];

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
            var length = _lengths[symbol];
            _codes[symbol] = length == 0 ? default : new PackedCode((uint)next[length]++, length);
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
    /// <param name="destination">Room for eight bytes more than the literals take.</param>
    /// <param name="literals">What to write.</param>
    /// <returns>How many bytes were written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Write(Span<byte> destination, ReadOnlySpan<byte> literals)
    {
        unchecked
        {
            var codes = _codes;
            var writer = new BitWriter(destination);
            var i = literals.Length - 1;
            for (; i >= AtOnce - 1; i -= AtOnce)
            {
                writer.Add(Item(codes, Load(literals, i)));
                writer.Add(Item(codes, Load(literals, i - 1)));
                writer.Add(Item(codes, Load(literals, i - 2)));
                writer.Add(Item(codes, Load(literals, i - 3)));
                writer.Add(Item(codes, Load(literals, i - 4)));
                writer.FlushWord();
            }

            for (; i >= 0; i--)
            {
                writer.Add(Item(codes, Load(literals, i)));
                writer.FlushWord();
            }

            return BackwardStream.Finish(writer);
        }
    }
}
