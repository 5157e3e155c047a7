using System.Numerics;
using System.Runtime.CompilerServices;
using ReproBuild.Core.Compression.Coding;
using static ReproBuild.Core.Compression.Coding.UncheckedBytes;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>A finite state entropy table as an encoder walks through it: from the last symbol to the first (RFC 8878, section 4.1).</summary>
/// <remarks>
/// A state is the number of its cell, plus the number of cells. The cells of a symbol, in order, cover all states, each a power of two of
/// them, which the bits written in between tell apart.
/// </remarks>
internal sealed class FseTable(int symbols)
{
    // Marks a symbol of less than one cell in a distribution (section 4.1.1).
    private const int LessThanOne = -1;

    private readonly ushort[] _cells = new ushort[1 << ZstandardFormat.MaxAccuracyLog];
    private readonly byte[] _symbols = new byte[1 << ZstandardFormat.MaxAccuracyLog];
    private readonly int[] _first = new int[symbols];
    private readonly Transition[] _transitions = new Transition[symbols];

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
            _first[symbol] = next;
            _transitions[symbol] = new Transition(count, log, next);
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

    /// <summary>
    /// Adds the bits, 9 at most, that lead a decoder from a symbol's state to <paramref name="state"/>, and goes to the symbol's state.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Encode(ref BitWriter writer, ref int state, int symbol)
    {
        unchecked
        {
            var transition = Item(_transitions, symbol);
            var bits = (state + transition.Bits) >> Transition.BitsShift;
            writer.Add((uint)state & ((1u << bits) - 1), bits);
            state = Item(_cells, (state >> bits) + transition.Cells);
        }
    }

    /// <summary>Adds the bits of the state from which a decoder begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddState(ref BitWriter writer, int state) => writer.Add(unchecked((uint)(state - (1 << Log))), Log);

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
            _cells[next[_symbols[cell]]++] = (ushort)((1 << Log) + cell);
        }
    }

    /// <summary>How a symbol's state follows from the one after it.</summary>
    private readonly struct Transition
    {
        public const int BitsShift = 16;

        /// <summary>Prepares a symbol with <paramref name="count"/> of 2^<paramref name="log"/> cells, from <paramref name="first"/> on.</summary>
        /// <remarks>
        /// Without the bits that are written, a state is at least the count and less than twice the count. So many bits at most are written; states
        /// below the count shifted by as many write one less.
        /// </remarks>
        public Transition(int count, int log, int first)
        {
            var most = log - BitOperations.Log2((uint)count);
            Bits = (most << BitsShift) - (count << most);
            Cells = first - count;
        }

        /// <summary>What added to a state gives the number of bits to write, above <see cref="BitsShift"/>.</summary>
        public int Bits { get; }

        /// <summary>What added to a state without these bits gives its place among the cells.</summary>
        public int Cells { get; }
    }
}
