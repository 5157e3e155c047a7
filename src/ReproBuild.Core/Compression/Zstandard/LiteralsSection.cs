using System.Buffers.Binary;
using ReproBuild.Core.Compression.Coding;

namespace ReproBuild.Core.Compression.Zstandard;

/// <summary>Writes a block's literals in the way that takes the fewest bytes (RFC 8878, section 3.1.1.3.1).</summary>
internal sealed class LiteralsSection
{
    private const int RawKind = 0;
    private const int RunKind = 1;
    private const int CompressedKind = 2;
    private const int JumpTableLength = 6;
    private const int Streams = 4;

    // The greatest size that fits into the header of one stream; four streams also take six bytes more.
    private const int MaxSingleStream = 1023;

    private readonly int[] _frequencies = new int[LiteralsCode.Symbols];
    private readonly LiteralsCode _code = new();
    private readonly LiteralsWeights _weights = new();
    private readonly byte[] _description = new byte[LiteralsWeights.MaxLength];

    /// <summary>Writes the section.</summary>
    /// <param name="literals">At most as many as a block has.</param>
    /// <param name="destination">32 bytes more than the literals, or more: whether a code pays may show only after it is written, in words.</param>
    /// <returns>How many bytes were written.</returns>
    public int Write(ReadOnlySpan<byte> literals, Span<byte> destination)
    {
        if (literals.Length > 1 && !literals.ContainsAnyExcept(literals[0]))
        {
            return WritePlain(destination, RunKind, literals.Length, literals[..1]);
        }

        var compressed = WriteCompressed(literals, destination);
        return compressed > 0 ? compressed : WritePlain(destination, RawKind, literals.Length, literals);
    }

    /// <summary>Size_Format of raw literals and runs: 5, 12 or 20 bits.</summary>
    private static int PlainHeaderLength(int count) => count < 1 << 5 ? 1 : count < 1 << 12 ? 2 : 3;

    private static int WritePlain(Span<byte> destination, int kind, int count, ReadOnlySpan<byte> content)
    {
        var header = PlainHeaderLength(count);
        var writer = new BitWriter(destination);
        if (header == 1)
        {
            writer.Write((uint)(kind | (count << 3)), 8);
        }
        else
        {
            writer.Write((uint)(kind | (header == 2 ? 1 << 2 : 3 << 2) | (count << 4)), 8 * header);
        }

        writer.Align();
        writer.WriteBytes(content);
        return writer.Finish();
    }

    /// <summary>Writes the literals with a code of their own, if that takes fewer bytes than they have.</summary>
    /// <returns>How many bytes were written, or 0.</returns>
    private int WriteCompressed(ReadOnlySpan<byte> literals, Span<byte> destination)
    {
        if (literals.Length < 2)
        {
            return 0;
        }

        ByteFrequencies.Count(literals, _frequencies);
        _code.Build(_frequencies);
        var description = _weights.Write(_description, _code.Lengths);
        var raw = PlainHeaderLength(literals.Length) + literals.Length;
        if (description == 0 || description + (_code.Cost(_frequencies) / 8) >= raw)
        {
            return 0;
        }

        // Four streams need the jump table and at most a byte each more than was just compared.
        var header = literals.Length <= MaxSingleStream ? 3 : literals.Length < 1 << 14 ? 4 : 5;
        _description.AsSpan(0, description).CopyTo(destination[header..]);
        var streams = WriteStreams(destination[(header + description)..], literals);
        WriteHeader(destination, header, literals.Length, description + streams);
        return header + description + streams < raw ? header + description + streams : 0;
    }

    private int WriteStreams(Span<byte> destination, ReadOnlySpan<byte> literals)
    {
        if (literals.Length <= MaxSingleStream)
        {
            return _code.Write(destination, literals);
        }

        // Each stream except the last has a quarter, rounded up, and its size in the jump table (section 3.1.1.3.1.6).
        var quarter = (literals.Length + Streams - 1) / Streams;
        var written = JumpTableLength;
        for (var i = 0; i < Streams - 1; i++)
        {
            var length = _code.Write(destination[written..], literals.Slice(i * quarter, quarter));
            BinaryPrimitives.WriteUInt16LittleEndian(destination[(i * sizeof(ushort))..], (ushort)length);
            written += length;
        }

        return written + _code.Write(destination[written..], literals[((Streams - 1) * quarter)..]);
    }

    /// <summary>Size_Format of compressed literals: one stream with sizes of 10 bits, or four with sizes of 14 or 18.</summary>
    private static void WriteHeader(Span<byte> destination, int header, int count, int compressed)
    {
        var writer = new BitWriter(destination);
        var (format, bits) = header switch { 3 => (0u, 10), 4 => (2u, 14), _ => (3u, 18) };
        writer.Write(CompressedKind | (format << 2), 4);
        writer.Write((uint)count, bits);
        writer.Write((uint)compressed, bits);
        writer.Finish();
    }
}
