using System.Buffers.Binary;

namespace ReproBuild.Core.Compression;

/// <summary>Writes the sequences of an LZ4 block: a token, literals, and a match.</summary>
internal ref struct Lz4SequenceWriter(Span<byte> destination)
{
    private const int OffsetLength = 2;

    private readonly Span<byte> _destination = destination;

    /// <summary>How many bytes have been written.</summary>
    public int Length { get; private set; }

    /// <summary>How many bytes are free.</summary>
    public readonly int Free => _destination.Length - Length;

    /// <summary>How much of a match fits after some literals while leaving room for the last literals of the block.</summary>
    /// <param name="literals">How many literals come before it.</param>
    /// <param name="length">The length of the match, at least four bytes.</param>
    /// <returns>The length that fits, 0 when none does.</returns>
    public readonly int FittingMatch(int literals, int length)
    {
        // The shorter the match, the more literals must follow it ("End of block conditions").
        var last = Math.Max(Lz4Format.LastLiterals, Lz4Format.LastMatchDistance - length);
        var extra = Free - LiteralsSize(literals) - OffsetLength - LiteralsSize(last);
        return extra < 0 ? 0 : (int)Math.Min(length, LongestMatch(extra));
    }

    /// <summary>Writes literals and a match that fits.</summary>
    public void Write(ReadOnlySpan<byte> literals, int distance, int matchLength)
    {
        var excess = matchLength - Lz4Format.MinMatch;
        WriteLiterals(literals, Math.Min(excess, Lz4Format.LongLength));
        BinaryPrimitives.WriteUInt16LittleEndian(_destination[Length..], (ushort)distance);
        Length += OffsetLength;
        WriteExtra(excess);
    }

    /// <summary>Writes the last sequence, which has no match, with as many literals as fit.</summary>
    /// <returns>How many were written.</returns>
    public int WriteLast(ReadOnlySpan<byte> literals)
    {
        if (Free == 0)
        {
            return 0;
        }

        var count = Math.Min(literals.Length, Free - 1 - ExtraBytes(Free - 1));
        while (count < literals.Length && LiteralsSize(count + 1) <= Free)
        {
            count++;
        }

        WriteLiterals(literals[..count], 0);
        return count;
    }

    /// <summary>The length of the longest match that needs no more than this many bytes after its offset.</summary>
    private static long LongestMatch(long extraBytes) => Lz4Format.MinMatch + Lz4Format.LongLength - 1 + (255 * extraBytes);

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
