using System.Buffers;
using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.VirtualDisks.VmdkStructures;

namespace ReproBuild.Outputs.VirtualDisks;

/// <summary>A grain of a disk, and its compressed form with its marker; its buffers are used again and again.</summary>
internal sealed class VmdkGrain(FileContent disk, CompressionEffort effort) : IDisposable
{
    /// <summary>What a grain takes in memory, in bytes.</summary>
    public static readonly int BufferSize = GrainSize + GrainMarkerSize + ZlibEncoder.GetMaxCompressedLength(GrainSize) + SectorSize;

    private readonly byte[] _data = ArrayPool<byte>.Shared.Rent(GrainSize);
    private readonly byte[] _record = ArrayPool<byte>.Shared.Rent(BufferSize - GrainSize);
    private int _length;

    /// <summary>Its number on the disk.</summary>
    public long Number { get; set; }

    /// <summary>The marker and the compressed bytes in whole sectors; empty when the grain holds only zeros.</summary>
    public ReadOnlyMemory<byte> Record => _record.AsMemory(0, _length);

    public void Compress()
    {
        var grain = _data.AsSpan(0, GrainSize);
        grain[disk.Read(Number * GrainSize, grain)..].Clear();
        if (!grain.ContainsAnyExcept((byte)0))
        {
            _length = 0;
            return;
        }

        var compressed = ZlibEncoder.Compress(grain, _record.AsSpan(GrainMarkerSize), effort);
        WriteGrainMarker(_record, Number * GrainSectors, compressed);
        var used = GrainMarkerSize + compressed;
        _length = (used + SectorSize - 1) / SectorSize * SectorSize;
        _record.AsSpan(used, _length - used).Clear();
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_data);
        ArrayPool<byte>.Shared.Return(_record);
    }
}
