using System.Buffers.Binary;
using ReproBuild.Core.Compression;
using SharpCompress.Compressors.ZStandard;

namespace ReproBuild.Core.Tests.Compression;

/// <summary>Compresses, decompresses with another project's decoder, and looks into what was written.</summary>
internal static class ZstandardTesting
{
    public static TheoryData<CompressionEffort> Efforts => [.. Enum.GetValues<CompressionEffort>()];

    public static byte[] Compress(ReadOnlySpan<byte> data, CompressionEffort effort = CompressionEffort.Default)
    {
        var buffer = new byte[ZstandardFrameEncoder.GetMaxCompressedLength(data.Length)];
        var length = ZstandardFrameEncoder.Compress(data, buffer, effort);
        Assert.NotEqual(0, length);
        return buffer[..length];
    }

    public static byte[] Decompress(byte[] frame)
    {
        using var stream = new DecompressionStream(new MemoryStream(frame));
        using var output = new MemoryStream();
        stream.CopyTo(output);
        return output.ToArray();
    }

    /// <summary>The types and the contents of a frame's blocks (RFC 8878, section 3.1.1.2); a run's content is its byte.</summary>
    public static List<(int Type, byte[] Content)> Blocks(byte[] frame)
    {
        var blocks = new List<(int, byte[])>();
        var position = 5 + (1 << (frame[4] >> 6));
        for (var isLast = false; !isLast;)
        {
            var header = frame[position] | (frame[position + 1] << 8) | (frame[position + 2] << 16);
            var (type, size) = ((header >> 1) & 3, header >> 3);
            var content = frame.AsSpan(position + 3, type == 1 ? 1 : size).ToArray();
            isLast = (header & 1) != 0;
            position += 3 + content.Length;
            blocks.Add((type, content));
        }

        Assert.Equal(frame.Length, position);
        return blocks;
    }

    /// <summary>What the sections of a compressed block say of themselves (sections 3.1.1.3.1.1, 4.2.1.1 and 3.1.1.3.2.1).</summary>
    public static Sections Look(byte[] block)
    {
        var (type, format) = (block[0] & 3, (block[0] >> 2) & 3);
        var header = BinaryPrimitives.ReadInt64LittleEndian([.. block[..Math.Min(5, block.Length)], .. new byte[8]]);
        var (length, bits) = type < 2
            ? (format switch { 1 => 2, 3 => 3, _ => 1 }, format switch { 1 => 12, 3 => 20, _ => 5 })
            : (format switch { 2 => 4, 3 => 5, _ => 3 }, format switch { 2 => 14, 3 => 18, _ => 10 });
        var literals = (int)((header >> (type < 2 && bits == 5 ? 3 : 4)) & ((1 << bits) - 1));
        var size = type switch { 0 => literals, 1 => 1, _ => (int)((header >> (4 + bits)) & ((1 << bits) - 1)) };
        var section = block[(length + size)..];
        var (count, countLength) = section[0] switch
        {
            255 => (section[1] + (section[2] << 8) + 0x7F00, 3),
            >= 128 => (((section[0] - 128) << 8) + section[1], 2),
            _ => (section[0], 1),
        };
        var modes = count == 0 ? 0 : section[countLength];
        var streams = type == 2 && format > 0 ? 4 : 1;
        return new Sections(type, literals, streams, type == 2 && block[length] < 128, count, (modes >> 6, (modes >> 4) & 3, (modes >> 2) & 3));
    }

    internal sealed record Sections(
        int LiteralsType, int Literals, int Streams, bool HasCompressedWeights, int Sequences, (int Literals, int Offsets, int Matches) Modes);
}
