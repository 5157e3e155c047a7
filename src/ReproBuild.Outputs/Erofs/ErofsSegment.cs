using System.Buffers;
using ReproBuild.Core.Compression;
using static ReproBuild.Outputs.Erofs.ErofsConstants;

namespace ReproBuild.Outputs.Erofs;

/// <summary>A part of a file on its way: filled, compressed, written, used again.</summary>
/// <remarks>Segments are cut at fixed places, so that several can be compressed at once.</remarks>
internal sealed class ErofsSegment : IDisposable
{
    /// <summary>
    /// Every segment of a file but the last has this many bytes. A segment begins in a block of its own: larger ones leave less of their last
    /// blocks empty, smaller ones take less memory.
    /// </summary>
    public const int Size = 512 * BlockSize;

    private readonly List<ErofsExtent> _extents = [];
    private readonly byte[] _data = ArrayPool<byte>.Shared.Rent(Size);

    // Every extent but the last has at least as many bytes as a block.
    private readonly byte[] _blocks = ArrayPool<byte>.Shared.Rent(Size);

    /// <summary>Room for a whole segment.</summary>
    public Memory<byte> Buffer => _data.AsMemory(0, Size);

    /// <summary>How many bytes of the buffer are used.</summary>
    public int Length { get; set; }

    /// <summary>The file that the segment belongs to.</summary>
    public ErofsCompressedFile? File { get; set; }

    public IReadOnlyList<ErofsExtent> Extents => _extents;

    /// <summary>The blocks as they are stored, one for each extent.</summary>
    public ReadOnlyMemory<byte> Blocks => _blocks.AsMemory(0, _extents.Count * BlockSize);

    public void Compress()
    {
        _extents.Clear();
        for (var start = 0; start < Length; start += _extents[^1].Length)
        {
            _extents.Add(Store(_data.AsSpan(start, Length - start), _blocks.AsSpan(_extents.Count * BlockSize, BlockSize)));
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_data);
        ArrayPool<byte>.Shared.Return(_blocks);
    }

    /// <summary>Stores as much as fits in a block: compressed if that is more than a block holds, else as it is.</summary>
    private static ErofsExtent Store(ReadOnlySpan<byte> data, Span<byte> block)
    {
        if (data.Length > BlockSize && Lz4BlockEncoder.CompressPrefix(data, block, out var written) is > BlockSize and var length)
        {
            // The zeros come before what is compressed (LZ4_0PADDING); readers skip them, and a block of LZ4 never begins with one.
            block[..written].CopyTo(block[^written..]);
            block[..^written].Clear();
            return new ErofsExtent(length, IsPlain: false);
        }

        var plain = data[..Math.Min(data.Length, BlockSize)];
        plain.CopyTo(block);
        block[plain.Length..].Clear();
        return new ErofsExtent(plain.Length, IsPlain: true);
    }
}
