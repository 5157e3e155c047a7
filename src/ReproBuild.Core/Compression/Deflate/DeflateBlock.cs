using System.Runtime.CompilerServices;
using ReproBuild.Core.Compression.Coding;
using static ReproBuild.Core.Compression.Coding.UncheckedBytes;

namespace ReproBuild.Core.Compression.Deflate;

/// <summary>Collects literals and matches, decides where a block ends, and writes each as the smallest kind (RFC 1951, section 3.2.3).</summary>
/// <remarks>
/// Symbols are collected in chunks. At the end of each its statistics are compared with those of the block so far: where codes for both
/// together would cost more than codes of their own and another description, the block ends before the chunk.
/// </remarks>
internal sealed class DeflateBlock
{
    /// <summary>How many symbols a block has at least, unless the data ends.</summary>
    public const int FewestSymbols = ChunkSymbols - 1;

    /// <summary>Enough symbols for statistics that mean something, few enough to follow data that changes.</summary>
    private const int ChunkSymbols = 1024;

    private const int Capacity = 32 * ChunkSymbols;

    /// <summary>A new block must save this many bits: what its description takes, and some more for what small statistics promise too much.</summary>
    private const int SplitBits = 800;

    private const int HeaderBits = 3;
    private const int StoredHeaderBits = 32;
    private const int StoredKind = 0;
    private const int FixedKind = 1;
    private const int DynamicKind = 2;

    private readonly uint[] _symbols = new uint[Capacity];
    private readonly SymbolStatistics _block = new();
    private readonly SymbolStatistics _chunk = new();
    private readonly HuffmanCode _literals = new(DeflateFormat.LiteralSymbols);
    private readonly HuffmanCode _distances = new(DeflateFormat.DistanceSymbols);
    private readonly DynamicHeader _header = new();
    private readonly BlockCodes _codes = new();

    private int _count;
    private int _written;
    private int _length;
    private long _cost;

    /// <summary>Where the next chunk's symbols belong.</summary>
    public Span<uint> NextChunk => _symbols.AsSpan(_count, ChunkSymbols);

    public void Begin()
    {
        _written = 0;
        BeginBlock();
    }

    /// <summary>Joins a chunk to the block, or ends the block before it; false when the destination is full.</summary>
    /// <param name="data">What is compressed.</param>
    /// <param name="count">How many symbols there are in <see cref="NextChunk"/>.</param>
    /// <param name="length">How many bytes they stand for.</param>
    /// <param name="writer">Receives the block before the chunk.</param>
    public bool TryAddChunk(ReadOnlySpan<byte> data, int count, int length, ref BitWriter writer)
    {
        _chunk.Clear();
        _chunk.Count(_symbols.AsSpan(_count, count));
        var cost = _block.CostWith(_chunk);
        if (_count > 0)
        {
            var chunkCost = _chunk.Cost();
            if (_count + count + ChunkSymbols > Capacity || cost - _cost - chunkCost > (long)SplitBits << FixedPointLog.FractionBits)
            {
                var chunk = _symbols.AsSpan(_count, count);
                if (!TryWrite(data, ref writer, isFinal: false))
                {
                    return false;
                }

                BeginBlock();
                chunk.CopyTo(_symbols);
                cost = chunkCost;
            }
        }

        _block.Add(_chunk);
        _count += count;
        _length += length;
        _cost = cost;
        return true;
    }

    /// <summary>Writes what is left, and the end of the stream or an empty stored block; false when the destination is full.</summary>
    public bool TryEnd(ReadOnlySpan<byte> data, ref BitWriter writer, bool isFinal)
    {
        if ((isFinal || _count > 0) && !TryWrite(data, ref writer, isFinal))
        {
            return false;
        }

        if (isFinal)
        {
            return true;
        }

        if (!writer.Fits(StoredSize(writer, 0)))
        {
            return false;
        }

        WriteStored(ref writer, [], final: 0);
        return true;
    }

    private void BeginBlock()
    {
        _count = _length = 0;
        _cost = 0;
        _block.Clear();
    }

    /// <summary>Writes the block as the smallest kind; false when it does not fit.</summary>
    private bool TryWrite(ReadOnlySpan<byte> data, ref BitWriter writer, bool isFinal)
    {
        var source = data.Slice(_written, _length);
        _block.Literals[DeflateFormat.EndOfBlock] = 1;
        _literals.Build(_block.Literals, DeflateFormat.MaxCodeLength);
        _distances.Build(_block.Distances, DeflateFormat.MaxCodeLength);
        _header.Build(_literals, _distances);
        var extra = ExtraBits();
        var dynamicSize = HeaderBits + _header.Size + _literals.Cost(_block.Literals) + _distances.Cost(_block.Distances) + extra;
        var fixedSize = HeaderBits + FixedCodes.Literals.Cost(_block.Literals) + FixedCodes.Distances.Cost(_block.Distances) + extra;
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

        _written += _length;
        return true;
    }

    /// <summary>Writes stored blocks of up to 65,535 bytes, at least one.</summary>
    private static void WriteStored(ref BitWriter writer, ReadOnlySpan<byte> source, uint final)
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
    private static long StoredSize(BitWriter writer, int length)
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
            bits += (long)_block.Literals[DeflateFormat.FirstLengthSymbol + symbol] * DeflateFormat.LengthExtraBits[symbol];
        }

        for (var symbol = 0; symbol < _block.Distances.Length; symbol++)
        {
            bits += (long)_block.Distances[symbol] * DeflateFormat.DistanceExtraBits(symbol);
        }

        return bits;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void WriteSymbols(ref BitWriter writer, HuffmanCode literals, HuffmanCode distances)
    {
        unchecked
        {
            _codes.Prepare(literals, distances);
            var symbols = _symbols.AsSpan(0, _count);
            writer.Flush();
            for (var i = 0; i < symbols.Length; i++)
            {
                var symbol = Item(symbols, i);
                if (symbol < DeflateSymbol.MatchFlag)
                {
                    writer.Add(_codes.Literal((int)symbol));

                    // Three literals fit into the writer's word.
                    for (var more = 2; more > 0 && i + 1 < symbols.Length && Item(symbols, i + 1) < DeflateSymbol.MatchFlag; more--)
                    {
                        writer.Add(_codes.Literal((int)Item(symbols, ++i)));
                    }
                }
                else
                {
                    writer.Add(_codes.Length(DeflateSymbol.Length(symbol)));
                    _codes.AddDistance(ref writer, DeflateSymbol.DistanceLessOne(symbol));
                }

                writer.Flush();
            }

            writer.Add(_codes.Literal(DeflateFormat.EndOfBlock));
            writer.Flush();
        }
    }
}
