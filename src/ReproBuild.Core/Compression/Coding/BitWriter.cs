using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace ReproBuild.Core.Compression.Coding;

/// <summary>Packs bits, starting at the least significant bit of each byte (RFC 1951, section 3.1.1).</summary>
/// <remarks>The caller knows beforehand that what it writes fits; see <see cref="Fits"/>.</remarks>
internal ref struct BitWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;
    private ulong _bits;
    private int _count;
    private int _position;

    /// <summary>Whether another <paramref name="bits"/> bits fit.</summary>
    public readonly bool Fits(long bits) => (_count + bits + 7) / 8 <= _destination.Length - _position;

    /// <summary>How many bits, 0 to 7, would complete the last byte after <paramref name="bits"/> more.</summary>
    public readonly int BitsToAlignAfter(int bits) => (8 - ((_count + bits) & 7)) & 7;

    /// <summary>Writes the lowest <paramref name="count"/> bits, 0 to 32; the bits above must be zero.</summary>
    public void Write(uint value, int count)
    {
        unchecked
        {
            _bits |= (ulong)value << _count;
            _count += count;
            if (_count >= 32)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(_destination[_position..], (uint)_bits);
                _position += 4;
                _bits >>= 32;
                _count -= 32;
            }
        }
    }

    /// <summary>Adds bits that <see cref="Flush"/> writes; the bits above must be zero, and all those added since then are at most 56.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(uint value, int count)
    {
        unchecked
        {
            _bits |= (ulong)value << _count;
            _count += count;
        }
    }

    /// <inheritdoc cref="Add(uint, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(PackedCode code) => Add(code.Code, code.Bits);

    /// <summary>Writes the whole bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Flush()
    {
        if (_position <= _destination.Length - sizeof(ulong))
        {
            FlushWord();
            return;
        }

        FlushAtEnd();
    }

    /// <summary>Writes the whole bytes, where eight bytes are free.</summary>
    /// <remarks>A local writer that has only this called, and what is called for other writers is called on a copy, stays in registers.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FlushWord()
    {
        unchecked
        {
            UncheckedBytes.Store64(_destination, _position, _bits);
            _position += _count >> 3;
            _bits >>= _count & 0x38;
            _count &= 7;
        }
    }

    public void Align()
    {
        for (_count += BitsToAlignAfter(0); _count > 0; _count -= 8)
        {
            _destination[_position++] = unchecked((byte)_bits);
            _bits >>= 8;
        }
    }

    private void FlushAtEnd()
    {
        for (; _count >= 8; _count -= 8)
        {
            _destination[_position++] = unchecked((byte)_bits);
            _bits >>= 8;
        }
    }

    /// <summary>Copies bytes; the writer must be aligned.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_destination[_position..]);
        _position += bytes.Length;
    }

    /// <summary>Completes the last byte and returns how many bytes were written.</summary>
    public int Finish()
    {
        Align();
        return _position;
    }
}
