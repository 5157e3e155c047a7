using System.Buffers;
using static ReproBuild.Outputs.SquashFs.SquashFsConstants;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>A data or fragment block on its way: filled, compressed, written, used again.</summary>
internal sealed class SquashFsBlock(SquashFsCompressor compressor, int blockSize) : IDisposable
{
    private readonly byte[] _compressed = ArrayPool<byte>.Shared.Rent(blockSize);
    private readonly byte[] _data = ArrayPool<byte>.Shared.Rent(blockSize);
    private int _compressedLength;

    /// <summary>Room for a whole block.</summary>
    public Memory<byte> Buffer => _data.AsMemory(0, blockSize);

    /// <summary>How many bytes of the buffer are used.</summary>
    public int Length { get; set; }

    /// <summary>The file that the block belongs to, or null for a fragment block.</summary>
    public SquashFsFileData? File { get; set; }

    /// <summary>The index of the block in its file.</summary>
    public int Index { get; set; }

    /// <summary>The block as it is stored.</summary>
    public ReadOnlyMemory<byte> Stored => _compressedLength == 0 ? _data.AsMemory(0, Length) : _compressed.AsMemory(0, _compressedLength);

    /// <summary>The size as inodes and the fragment table hold it.</summary>
    public uint StoredSize => _compressedLength == 0 ? (uint)Length | DataUncompressed : (uint)_compressedLength;

    public void Compress() => _compressedLength = compressor.Compress(_data.AsSpan(0, Length), _compressed.AsSpan(0, blockSize));

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_data);
        ArrayPool<byte>.Shared.Return(_compressed);
    }
}
