using System.Buffers;
using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Disks.VmdkStructures;

namespace ReproBuild.Outputs.Disks;

/// <summary>A compressed grain with its marker.</summary>
/// <param name="Number">Its number on the disk.</param>
/// <param name="Record">A rented array that begins with the marker and the compressed bytes.</param>
/// <param name="Length">How many bytes of the array are used, whole sectors; 0 when the grain holds zeros only.</param>
internal readonly record struct VmdkGrain(long Number, byte[] Record, int Length)
{
    public static VmdkGrain Compress(FileContent disk, long number)
    {
        var data = ArrayPool<byte>.Shared.Rent(GrainSize);
        var record = ArrayPool<byte>.Shared.Rent(GrainMarkerSize + ZlibEncoder.GetMaxCompressedLength(GrainSize) + SectorSize);
        try
        {
            var grain = data.AsSpan(0, GrainSize);
            grain[disk.Read(number * GrainSize, grain)..].Clear();
            if (!grain.ContainsAnyExcept((byte)0))
            {
                return new VmdkGrain(number, record, 0);
            }

            var compressed = ZlibEncoder.Compress(grain, record.AsSpan(GrainMarkerSize));
            WriteGrainMarker(record, number * GrainSectors, compressed);
            var used = GrainMarkerSize + compressed;
            var length = (used + SectorSize - 1) / SectorSize * SectorSize;
            record.AsSpan(used, length - used).Clear();
            return new VmdkGrain(number, record, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(data);
        }
    }
}
