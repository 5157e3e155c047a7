using System.Numerics;
using ReproBuild.Core.Compression.Coding;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>A finite state entropy table as an encoder walks through it: from the last symbol to the first (RFC 8878, section 4.1).</summary>
/// <remarks>
/// A state is the number of its cell, 0 to one less than the size. The cells of a symbol, in order, cover all states, each a power of two of
/// them, which the bits written in between tell apart.
/// </remarks>
internal sealed class FseTable(int symbols)
{
    // Marks a symbol of less than one cell in a distribution (section 4.1.1).
    private const int LessThanOne = -1;

    private readonly ushort[] _cells = new ushort[1 << ZstandardFormat.MaxAccuracyLog];
    private readonly byte[] _symbols = new byte[1 << ZstandardFormat.MaxAccuracyLog];
    private readonly int[] _first = new int[symbols];
    private readonly int[] _counts = new int[symbols];
    private readonly int[] _bits = new int[symbols];

    /// <summary>How many bits a state has.</summary>
    public int Log { get; private set; }

    /// <summary>Makes the table of a distribution over 2^<paramref name="log"/> cells.</summary>
    public void Build(ReadOnlySpan<short> probabilities, int log)
    {
        Log = log;
        Spread(probabilities);
        var next = 0;
        for (var symbol = 0; symbol < symbols; symbol++)
        {
            var probability = symbol < probabilities.Length ? probabilities[symbol] : 0;
            var count = probability == LessThanOne ? 1 : probability;
            _counts[symbol] = count;
            _first[symbol] = next;
            _bits[symbol] = log - BitOperations.Log2((uint)count);
            next += count;
        }

        CollectCells();
    }

    /// <summary>Makes the table of a single symbol, which takes no bits at all (section 3.1.1.3.2.1.1, RLE_Mode).</summary>
    public void BuildRun(int symbol)
    {
        Span<short> probabilities = stackalloc short[symbol + 1];
        probabilities.Clear();
        probabilities[symbol] = 1;
        Build(probabilities, 0);
    }

    /// <summary>The state that gives the last symbol; going on from it, a decoder reads at least one bit.</summary>
    public int Start(int symbol) => _cells[_first[symbol]];

    /// <summary>Writes the bits that lead a decoder from a symbol's state to <paramref name="state"/>, and goes to the symbol's state.</summary>
    public void Encode(ref BitWriter writer, ref int state, int symbol)
    {
        var extended = state + (1 << Log);
        var bits = _bits[symbol];
        if (extended >> bits < _counts[symbol])
        {
            bits--;
        }

        writer.Write((uint)extended & ((1u << bits) - 1), bits);
        state = _cells[_first[symbol] + (extended >> bits) - _counts[symbol]];
    }

    /// <summary>Gives each cell its symbol (section 4.1.1): those of less than one from the end, the others in steps.</summary>
    private void Spread(ReadOnlySpan<short> probabilities)
    {
        var size = 1 << Log;
        var last = size - 1;
        for (var symbol = 0; symbol < probabilities.Length; symbol++)
        {
            if (probabilities[symbol] == LessThanOne)
            {
                _symbols[last--] = (byte)symbol;
            }
        }

        var step = (size >> 1) + (size >> 3) + 3;
        var position = 0;
        for (var symbol = 0; symbol < probabilities.Length; symbol++)
        {
            for (var i = 0; i < probabilities[symbol]; i++)
            {
                _symbols[position] = (byte)symbol;
                do
                {
                    position = (position + step) & (size - 1);
                }
                while (position > last);
            }
        }
    }

    private void CollectCells()
    {
        Span<int> next = stackalloc int[symbols];
        _first.CopyTo(next);
        for (var cell = 0; cell < 1 << Log; cell++)
        {
            _cells[next[_symbols[cell]]++] = (ushort)cell;
        }
    }
}
