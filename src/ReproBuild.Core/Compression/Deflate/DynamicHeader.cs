using ReproBuild.Core.Compression.Coding;

namespace ReproBuild.Core.Compression.Deflate;

/// <summary>The description of a block's own codes (RFC 1951, section 3.2.7).</summary>
internal sealed class DynamicHeader
{
    private const int RepeatPrevious = 16;
    private const int RepeatZeroShort = 17;
    private const int RepeatZeroLong = 18;
    private const int CountBits = 14;
    private const int FewestCodeLengths = 4;

    private readonly byte[] _lengths = new byte[DeflateFormat.LiteralSymbols + DeflateFormat.DistanceSymbols];
    private readonly byte[] _symbols = new byte[DeflateFormat.LiteralSymbols + DeflateFormat.DistanceSymbols];
    private readonly byte[] _repeats = new byte[DeflateFormat.LiteralSymbols + DeflateFormat.DistanceSymbols];
    private readonly int[] _frequencies = new int[DeflateFormat.CodeLengthSymbols];
    private readonly HuffmanCode _code = new(DeflateFormat.CodeLengthSymbols);
    private int _literals;
    private int _distances;
    private int _codeLengths;
    private int _count;

    /// <summary>How many bits <see cref="Write"/> writes.</summary>
    public long Size { get; private set; }

    public void Build(HuffmanCode literals, HuffmanCode distances)
    {
        _literals = CountUsed(literals.Lengths, DeflateFormat.FirstLengthSymbol);
        _distances = CountUsed(distances.Lengths, 1);
        literals.Lengths[.._literals].CopyTo(_lengths);
        distances.Lengths[.._distances].CopyTo(_lengths.AsSpan(_literals));
        _count = 0;
        Array.Clear(_frequencies);
        EncodeRuns(_lengths.AsSpan(0, _literals + _distances));
        _code.Build(_frequencies, DeflateFormat.MaxCodeLengthCodeLength);
        _codeLengths = DeflateFormat.CodeLengthSymbols;
        while (_codeLengths > FewestCodeLengths && _code.Lengths[DeflateFormat.CodeLengthOrder[_codeLengths - 1]] == 0)
        {
            _codeLengths--;
        }

        Size = CountBits + (3 * _codeLengths) + _code.Cost(_frequencies) +
            (2 * _frequencies[RepeatPrevious]) + (3 * _frequencies[RepeatZeroShort]) + (7 * _frequencies[RepeatZeroLong]);
    }

    public void Write(ref BitWriter writer)
    {
        writer.Write((uint)(_literals - DeflateFormat.FirstLengthSymbol), 5);
        writer.Write((uint)(_distances - 1), 5);
        writer.Write((uint)(_codeLengths - FewestCodeLengths), 4);
        foreach (var symbol in DeflateFormat.CodeLengthOrder[.._codeLengths])
        {
            writer.Write(_code.Lengths[symbol], 3);
        }

        for (var i = 0; i < _count; i++)
        {
            var symbol = _symbols[i];
            writer.Write(_code.Codes[symbol], _code.Lengths[symbol]);
            writer.Write(_repeats[i], symbol switch { RepeatPrevious => 2, RepeatZeroShort => 3, RepeatZeroLong => 7, _ => 0 });
        }
    }

    private static int CountUsed(ReadOnlySpan<byte> lengths, int atLeast) => Math.Max(lengths.LastIndexOfAnyExcept((byte)0) + 1, atLeast);

    /// <summary>Runs go on from the literal to the distance lengths, as the format allows.</summary>
    private void EncodeRuns(ReadOnlySpan<byte> lengths)
    {
        for (var i = 0; i < lengths.Length;)
        {
            var length = lengths[i];
            var end = lengths[i..].IndexOfAnyExcept(length);
            var run = end < 0 ? lengths.Length - i : end;
            i += run;
            if (length == 0)
            {
                EncodeZeros(run);
            }
            else
            {
                Add(length, 0);
                EncodeRepeats(length, run - 1);
            }
        }
    }

    private void EncodeZeros(int run)
    {
        while (run > 0)
        {
            var count = Math.Min(run, 138);
            run -= count;
            if (count > 10)
            {
                Add(RepeatZeroLong, count - 11);
            }
            else if (count >= 3)
            {
                Add(RepeatZeroShort, count - 3);
            }
            else
            {
                AddEach(0, count);
            }
        }
    }

    private void EncodeRepeats(byte length, int run)
    {
        while (run > 0)
        {
            var count = Math.Min(run, 6);
            run -= count;
            if (count >= 3)
            {
                Add(RepeatPrevious, count - 3);
            }
            else
            {
                AddEach(length, count);
            }
        }
    }

    private void AddEach(byte symbol, int count)
    {
        for (; count > 0; count--)
        {
            Add(symbol, 0);
        }
    }

    private void Add(int symbol, int repeats)
    {
        _symbols[_count] = (byte)symbol;
        _repeats[_count++] = (byte)repeats;
        _frequencies[symbol]++;
    }
}
