namespace ReproBuild.Core.Tests.Compression;

/// <summary>An inflater that follows the text of RFC 1951 step by step, notes what it meets, and accepts complete codes alone.</summary>
internal sealed class DeflateSpecification(byte[] stream, int start)
{
    private static readonly int[] Order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private readonly List<byte> _output = [];
    private long _bit = 8L * start;

    public int MaxDistance { get; private set; }

    public int MaxLength { get; private set; }

    public int MinLength { get; private set; } = int.MaxValue;

    /// <summary>How many blocks there were of each type: stored, fixed, dynamic.</summary>
    public int[] Blocks { get; } = new int[3];

    /// <summary>The first byte behind the stream.</summary>
    public int End => (int)((_bit + 7) / 8);

    public byte[] Inflate()
    {
        for (var final = 0; final == 0;)
        {
            final = Bits(1);
            var type = Bits(2);
            Blocks[type]++;
            if (type == 0)
            {
                Stored();
            }
            else
            {
                var (literals, distances) = type == 1 ? FixedCodes() : DynamicCodes();
                Compressed(literals, distances);
            }
        }

        return [.. _output];
    }

    private int Bits(int count)
    {
        var value = 0;
        for (var i = 0; i < count; i++, _bit++)
        {
            value |= ((stream[_bit / 8] >> (int)(_bit % 8)) & 1) << i;
        }

        return value;
    }

    private void Stored()
    {
        _bit = (_bit + 7) / 8 * 8;
        var length = Bits(16);
        Assert.Equal(length ^ 0xFFFF, Bits(16));
        for (var i = 0; i < length; i++)
        {
            _output.Add((byte)Bits(8));
        }
    }

    private static (Dictionary<int, int> Literals, Dictionary<int, int> Distances) FixedCodes() => (
        Code([.. Enumerable.Range(0, 288).Select(i => i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)]),
        Code([.. Enumerable.Repeat(5, 32)]));

    private (Dictionary<int, int> Literals, Dictionary<int, int> Distances) DynamicCodes()
    {
        var (literals, distances, lengths) = (Bits(5) + 257, Bits(5) + 1, Bits(4) + 4);
        Assert.InRange(literals, 257, 286);
        Assert.InRange(distances, 1, 30);
        var codeLengths = new int[19];
        for (var i = 0; i < lengths; i++)
        {
            codeLengths[Order[i]] = Bits(3);
        }

        var code = Code(codeLengths);
        var all = new List<int>();
        while (all.Count < literals + distances)
        {
            var symbol = Symbol(code);
            all.AddRange(symbol switch
            {
                16 => Enumerable.Repeat(all[^1], 3 + Bits(2)),
                17 => Enumerable.Repeat(0, 3 + Bits(3)),
                18 => Enumerable.Repeat(0, 11 + Bits(7)),
                _ => [symbol],
            });
        }

        Assert.Equal(literals + distances, all.Count);
        return (Code([.. all.Take(literals)]), Code([.. all.Skip(literals)]));
    }

    // Keys are the code's bits with a one before them.
    private static Dictionary<int, int> Code(int[] lengths)
    {
        Assert.Equal(1 << 15, lengths.Where(l => l > 0).Sum(l => 1 << (15 - l)));
        var code = new Dictionary<int, int>();
        var next = 0;
        for (var length = 1; length <= 15; length++, next <<= 1)
        {
            for (var symbol = 0; symbol < lengths.Length; symbol++)
            {
                if (lengths[symbol] == length)
                {
                    code.Add((1 << length) | next++, symbol);
                }
            }
        }

        return code;
    }

    private int Symbol(Dictionary<int, int> code)
    {
        var key = 1;
        int symbol;
        do
        {
            key = (key << 1) | Bits(1);
        }
        while (!code.TryGetValue(key, out symbol));
        return symbol;
    }

    private void Compressed(Dictionary<int, int> literals, Dictionary<int, int> distances)
    {
        for (int symbol; (symbol = Symbol(literals)) != 256;)
        {
            if (symbol < 256)
            {
                _output.Add((byte)symbol);
                continue;
            }

            var length = symbol == 285 ? 258 : symbol < 265 ? symbol - 254 : LongLength(symbol);
            var distanceSymbol = Symbol(distances);
            var distance = distanceSymbol < 4 ? distanceSymbol + 1 : LongDistance(distanceSymbol);
            Assert.InRange(distance, 1, _output.Count);
            (MaxDistance, MaxLength, MinLength) = (Math.Max(MaxDistance, distance), Math.Max(MaxLength, length), Math.Min(MinLength, length));
            for (var i = 0; i < length; i++)
            {
                _output.Add(_output[^distance]);
            }
        }
    }

    private int LongLength(int symbol)
    {
        var extra = (symbol - 261) / 4;
        return 3 + ((4 + ((symbol - 265) % 4)) << extra) + Bits(extra);
    }

    private int LongDistance(int symbol)
    {
        var extra = (symbol / 2) - 1;
        return 1 + ((2 + (symbol % 2)) << extra) + Bits(extra);
    }
}
