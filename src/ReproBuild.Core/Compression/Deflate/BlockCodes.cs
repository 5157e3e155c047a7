using System.Runtime.CompilerServices;
using ReproBuild.Core.Compression.Coding;
using static ReproBuild.Core.Compression.Coding.UncheckedBytes;

namespace ReproBuild.Core.Compression.Deflate;

/// <summary>A block's codes, ready to be written: each with its number of bits.</summary>
internal sealed class BlockCodes
{
    // The code in the low bits, its number of bits above.
    private const int CountShift = 24;
    private const int ExtraShift = 16;

    private readonly uint[] _literals = new uint[DeflateFormat.FirstLengthSymbol];
    private readonly uint[] _lengths = new uint[DeflateFormat.MaxMatch + 1];
    private readonly uint[] _distances = new uint[DeflateFormat.DistanceSymbols];

    public void Prepare(HuffmanCode literals, HuffmanCode distances)
    {
        for (var symbol = 0; symbol < _literals.Length; symbol++)
        {
            _literals[symbol] = Pack(literals.Codes[symbol], literals.Lengths[symbol]);
        }

        for (var length = DeflateFormat.MinMatch; length <= DeflateFormat.MaxMatch; length++)
        {
            var index = DeflateFormat.LengthSymbol(length);
            var symbol = DeflateFormat.FirstLengthSymbol + index;
            var bits = literals.Lengths[symbol];
            var extra = (uint)(length - DeflateFormat.LengthBases[index]);
            _lengths[length] = Pack(literals.Codes[symbol] | (extra << bits), bits + DeflateFormat.LengthExtraBits[index]);
        }

        for (var symbol = 0; symbol < _distances.Length; symbol++)
        {
            _distances[symbol] = Pack(
                distances.Codes[symbol] | ((uint)DeflateFormat.DistanceExtraBits(symbol) << ExtraShift), distances.Lengths[symbol]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PackedCode Literal(int symbol) => new(Item(_literals, symbol));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PackedCode Length(int length) => new(Item(_lengths, length));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddDistance(ref BitWriter writer, uint distanceLessOne)
    {
        unchecked
        {
            var packed = Item(_distances, DeflateFormat.DistanceSymbol((int)distanceLessOne + 1));
            var extra = (int)(packed >> ExtraShift) & 0xF;
            writer.Add(packed & 0xFFFF, (int)(packed >> CountShift));
            writer.Add(distanceLessOne & ((1u << extra) - 1), extra);
        }
    }

    private static uint Pack(uint code, int bits) => code | ((uint)bits << CountShift);
}
