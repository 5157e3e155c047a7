using ReproBuild.Core.Compression.Coding;

namespace ReproBuild.Core.Compression;

/// <summary>Collects literals and matches, and writes them as whichever kind of block is smallest (RFC 1951, section 3.2.3).</summary>
internal sealed class DeflateBlock
{
    // A block of this many symbols repays the description of its codes, yet is short enough to follow the data as it changes.
    private const int Capacity = 16 * 1024;
    private const int HeaderBits = 3;
    private const int StoredHeaderBits = 32;
    private const int StoredKind = 0;
    private const int FixedKind = 1;
    private const int DynamicKind = 2;

    private readonly uint[] _symbols = new uint[Capacity];
    private readonly int[] _literalFrequencies = new int[DeflateFormat.LiteralSymbols];
    private readonly int[] _distanceFrequencies = new int[DeflateFormat.DistanceSymbols];
    private readonly HuffmanCode _literals = new(DeflateFormat.LiteralSymbols);
    private readonly HuffmanCode _distances = new(DeflateFormat.DistanceSymbols);
    private readonly DynamicHeader _header = new();
    private int _count;

    /// <summary>How many bytes the symbols stand for.</summary>
    public int Length { get; private set; }

    /// <summary>Whether another two symbols might not fit.</summary>
    public bool IsFull => _count > Capacity - 2;

    public void Clear()
    {
        _count = 0;
        Length = 0;
        Array.Clear(_literalFrequencies);
        Array.Clear(_distanceFrequencies);
    }

    public void AddLiteral(byte value)
    {
        _symbols[_count++] = value;
        _literalFrequencies[value]++;
        Length++;
    }

    public void AddMatch(Match match)
    {
        _symbols[_count++] = ((uint)match.Distance << 16) | (uint)match.Length;
        _literalFrequencies[DeflateFormat.FirstLengthSymbol + DeflateFormat.LengthSymbol(match.Length)]++;
        _distanceFrequencies[DeflateFormat.DistanceSymbol(match.Distance)]++;
        Length += match.Length;
    }

    /// <summary>Writes the block and clears it.</summary>
    /// <param name="writer">Where the bits go.</param>
    /// <param name="source">The bytes that the symbols stand for.</param>
    /// <param name="isFinal">Whether this is the stream's last block.</param>
    /// <returns>Whether the block fitted.</returns>
    public bool TryWrite(ref BitWriter writer, ReadOnlySpan<byte> source, bool isFinal)
    {
        _literalFrequencies[DeflateFormat.EndOfBlock] = 1;
        _literals.Build(_literalFrequencies, DeflateFormat.MaxCodeLength);
        _distances.Build(_distanceFrequencies, DeflateFormat.MaxCodeLength);
        _header.Build(_literals, _distances);
        var extra = ExtraBits();
        var dynamicSize = HeaderBits + _header.Size + _literals.Cost(_literalFrequencies) + _distances.Cost(_distanceFrequencies) + extra;
        var fixedSize = HeaderBits + FixedCodes.Literals.Cost(_literalFrequencies) + FixedCodes.Distances.Cost(_distanceFrequencies) + extra;
        var storedSize = StoredSize(writer, source.Length);
        if (!writer.Fits(Math.Min(Math.Min(dynamicSize, fixedSize), storedSize)))
        {
            return false;
        }

        var final = isFinal ? 1u : 0;
        if (storedSize <= dynamicSize && storedSize <= fixedSize)
        {
            WriteStored(ref writer, source, final);
        }
        else if (fixedSize <= dynamicSize)
        {
            writer.Write(final | (FixedKind << 1), HeaderBits);
            WriteSymbols(ref writer, FixedCodes.Literals, FixedCodes.Distances);
        }
        else
        {
            writer.Write(final | (DynamicKind << 1), HeaderBits);
            _header.Write(ref writer);
            WriteSymbols(ref writer, _literals, _distances);
        }

        Clear();
        return true;
    }

    /// <summary>Writes stored blocks of up to 65,535 bytes, at least one.</summary>
    public static void WriteStored(ref BitWriter writer, ReadOnlySpan<byte> source, uint final)
    {
        do
        {
            var count = Math.Min(source.Length, DeflateFormat.MaxStoredLength);
            writer.Write((count == source.Length ? final : 0) | (StoredKind << 1), HeaderBits);
            writer.Align();
            writer.Write((uint)count | ((uint)(~count & 0xFFFF) << 16), StoredHeaderBits);
            writer.WriteBytes(source[..count]);
            source = source[count..];
        }
        while (!source.IsEmpty);
    }

    /// <summary>How many bits <see cref="WriteStored"/> writes from the writer's position.</summary>
    public static long StoredSize(BitWriter writer, int length)
    {
        var blocks = Math.Max(1, (length + DeflateFormat.MaxStoredLength - 1) / DeflateFormat.MaxStoredLength);
        var firstHeader = HeaderBits + writer.BitsToAlignAfter(HeaderBits);
        return (8L * length) + firstHeader + ((blocks - 1) * 8L) + (blocks * (long)StoredHeaderBits);
    }

    private long ExtraBits()
    {
        long bits = 0;
        for (var symbol = 0; symbol < DeflateFormat.LengthExtraBits.Length; symbol++)
        {
            bits += (long)_literalFrequencies[DeflateFormat.FirstLengthSymbol + symbol] * DeflateFormat.LengthExtraBits[symbol];
        }

        for (var symbol = 0; symbol < _distanceFrequencies.Length; symbol++)
        {
            bits += (long)_distanceFrequencies[symbol] * DeflateFormat.DistanceExtraBits(symbol);
        }

        return bits;
    }

    private void WriteSymbols(ref BitWriter writer, HuffmanCode literals, HuffmanCode distances)
    {
        var codes = literals.Codes;
        var lengths = literals.Lengths;
        foreach (var symbol in _symbols.AsSpan(0, _count))
        {
            var distance = (int)(symbol >> 16);
            if (distance == 0)
            {
                writer.Write(codes[(int)symbol], lengths[(int)symbol]);
            }
            else
            {
                WriteLength(ref writer, (int)(symbol & 0xFFFF), literals);
                WriteDistance(ref writer, distance, distances);
            }
        }

        writer.Write(codes[DeflateFormat.EndOfBlock], lengths[DeflateFormat.EndOfBlock]);
    }

    private static void WriteLength(ref BitWriter writer, int length, HuffmanCode literals)
    {
        var index = DeflateFormat.LengthSymbol(length);
        var symbol = DeflateFormat.FirstLengthSymbol + index;
        var bits = literals.Lengths[symbol];
        var extra = (uint)(length - DeflateFormat.LengthBases[index]);
        writer.Write(literals.Codes[symbol] | (extra << bits), bits + DeflateFormat.LengthExtraBits[index]);
    }

    private static void WriteDistance(ref BitWriter writer, int distance, HuffmanCode distances)
    {
        var symbol = DeflateFormat.DistanceSymbol(distance);
        var bits = distances.Lengths[symbol];
        var extraBits = DeflateFormat.DistanceExtraBits(symbol);
        var extra = (uint)(distance - 1) & ((1u << extraBits) - 1);
        writer.Write(distances.Codes[symbol] | (extra << bits), bits + extraBits);
    }
}
