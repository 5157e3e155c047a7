using System.Buffers.Binary;

namespace ReproBuild.Core.Compression;

/// <summary>Writes the sequences of an LZ4 block: a token, literals, and a match.</summary>
internal ref struct Lz4SequenceWriter(Span<byte> destination)
{
    private const int OffsetLength = 2;

    private readonly Span<byte> _destination = destination;

    /// <summary>How many bytes have been written.</summary>
    public int Length { get; private set; }

    /// <summary>Writes literals and a match of at least four bytes.</summary>
    /// <returns>Whether they fitted.</returns>
    public bool TryWrite(ReadOnlySpan<byte> literals, int distance, int matchLength)
    {
        var excess = matchLength - Lz4Format.MinMatch;
        if (LiteralsSize(literals.Length) + OffsetLength + ExtraBytes(excess) > _destination.Length - Length)
        {
            return false;
        }

        WriteLiterals(literals, Math.Min(excess, Lz4Format.LongLength));
        BinaryPrimitives.WriteUInt16LittleEndian(_destination[Length..], (ushort)distance);
        Length += OffsetLength;
        WriteExtra(excess);
        return true;
    }

    /// <summary>Writes the last sequence, which has no match.</summary>
    /// <returns>Whether it fitted.</returns>
    public bool TryWriteLast(ReadOnlySpan<byte> literals)
    {
        if (LiteralsSize(literals.Length) > _destination.Length - Length)
        {
            return false;
        }

        WriteLiterals(literals, 0);
        return true;
    }

    private static long LiteralsSize(int count) => 1L + ExtraBytes(count) + count;

    private static int ExtraBytes(int length) => length < Lz4Format.LongLength ? 0 : ((length - Lz4Format.LongLength) / 255) + 1;

    private void WriteLiterals(ReadOnlySpan<byte> literals, int matchNibble)
    {
        _destination[Length++] = (byte)((Math.Min(literals.Length, Lz4Format.LongLength) << 4) | matchNibble);
        WriteExtra(literals.Length);
        literals.CopyTo(_destination[Length..]);
        Length += literals.Length;
    }

    private void WriteExtra(int length)
    {
        if (length < Lz4Format.LongLength)
        {
            return;
        }

        for (length -= Lz4Format.LongLength; length >= 255; length -= 255)
        {
            _destination[Length++] = 255;
        }

        _destination[Length++] = (byte)length;
    }
}
