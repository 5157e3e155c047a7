using System.Buffers.Binary;
using System.Buffers;
using static ReproBuild.Outputs.SquashFs.SquashFsConstants;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>A stream of records in blocks of 8 KiB, each compressed on its own after two bytes with its size.</summary>
internal sealed class SquashFsMetadataWriter(SquashFsCompressor compressor)
{
    private readonly byte[] _block = new byte[MetadataBlockSize];
    private readonly byte[] _compressed = new byte[MetadataBlockSize];
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly List<long> _blockOffsets = [];
    private int _used;

    /// <summary>Where the next record begins.</summary>
    public SquashFsReference Position => new((uint)_output.WrittenCount, (ushort)_used);

    /// <summary>Where each block begins, in bytes from the beginning of the stream.</summary>
    public IReadOnlyList<long> BlockOffsets => _blockOffsets;

    public void Append(ReadOnlySpan<byte> record)
    {
        while (!record.IsEmpty)
        {
            var count = Math.Min(record.Length, MetadataBlockSize - _used);
            record[..count].CopyTo(_block.AsSpan(_used));
            record = record[count..];
            _used += count;
            if (_used == MetadataBlockSize)
            {
                Flush();
            }
        }
    }

    /// <summary>Ends the stream.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        if (_used > 0)
        {
            Flush();
        }

        return _output.WrittenMemory;
    }

    private void Flush()
    {
        if (_output.WrittenCount > Array.MaxLength - (2 * MetadataBlockSize))
        {
            throw new OutputFormatException($"the inodes, names or attributes take more than {Array.MaxLength} bytes. Make the tree smaller.");
        }

        var source = _block.AsSpan(0, _used);
        var size = compressor.Compress(source, _compressed);
        var stored = size == 0 ? source : _compressed.AsSpan(0, size);
        _blockOffsets.Add(_output.WrittenCount);
        var target = _output.GetSpan(sizeof(ushort) + stored.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)(stored.Length | (size == 0 ? MetadataUncompressed : 0)));
        stored.CopyTo(target[sizeof(ushort)..]);
        _output.Advance(sizeof(ushort) + stored.Length);
        _used = 0;
    }
}
