using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ReproBuild.Outputs.VirtualDisks;

/// <summary>The kinds of markers in a stream-optimized extent.</summary>
internal enum VmdkMarker
{
    EndOfStream = 0,
    GrainTable = 1,
    GrainDirectory = 2,
    Footer = 3,
}

/// <summary>The structures of a stream-optimized extent (VMware, "Virtual Disk Format 5.0", "Stream-Optimized Compressed Sparse Extents").</summary>
internal static class VmdkStructures
{
    public const int SectorSize = 512;
    public const int GrainSectors = 128;
    public const int GrainSize = GrainSectors * SectorSize;
    public const int TableEntries = 512;
    public const int TableSize = TableEntries * sizeof(uint);

    /// <summary>Header and descriptor fill one grain.</summary>
    public const int OverheadSectors = GrainSectors;

    /// <summary>A grain's marker: where it lies on the disk, and how many compressed bytes follow.</summary>
    public const int GrainMarkerSize = 12;

    private const int DescriptorSectors = 20;
    private const ulong DirectoryAtEnd = ulong.MaxValue;

    /// <summary>Valid newline detection, compressed grains, markers.</summary>
    private const uint Flags = 0x30001;

    /// <summary>The header; its copy in the footer tells where the grain directory is.</summary>
    public static byte[] Header(long capacitySectors, long? directorySector)
    {
        var header = new byte[SectorSize];
        "KDMV"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), 3);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), Flags);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(12), capacitySectors);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(20), GrainSectors);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(28), 1);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(36), DescriptorSectors);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(44), TableEntries);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(56), (ulong?)directorySector ?? DirectoryAtEnd);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(64), OverheadSectors);
        "\n \r\n"u8.CopyTo(header.AsSpan(73));
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(77), 1);
        return header;
    }

    public static byte[] Descriptor(long capacitySectors, uint contentId)
    {
        const int Heads = 255;
        const int SectorsPerTrack = 63;
        var text = string.Create(CultureInfo.InvariantCulture, $"""
            # Disk DescriptorFile
            version=1
            CID={contentId:x8}
            parentCID=ffffffff
            createType="streamOptimized"

            # Extent description
            RW {capacitySectors} SPARSE "disk.vmdk"

            # The Disk Data Base
            #DDB

            ddb.adapterType = "lsilogic"
            ddb.geometry.cylinders = "{Math.Clamp(capacitySectors / (Heads * SectorsPerTrack), 1, 65535)}"
            ddb.geometry.heads = "{Heads}"
            ddb.geometry.sectors = "{SectorsPerTrack}"
            ddb.virtualHWVersion = "4"

            """).ReplaceLineEndings("\n");
        var descriptor = new byte[(OverheadSectors - 1) * SectorSize];
        Encoding.ASCII.GetBytes(text, descriptor);
        return descriptor;
    }

    public static void WriteGrainMarker(Span<byte> marker, long sector, int compressedLength)
    {
        BinaryPrimitives.WriteInt64LittleEndian(marker, sector);
        BinaryPrimitives.WriteInt32LittleEndian(marker[8..], compressedLength);
    }

    public static byte[] Marker(VmdkMarker type, long sectors)
    {
        var marker = new byte[SectorSize];
        BinaryPrimitives.WriteInt64LittleEndian(marker, sectors);
        BinaryPrimitives.WriteUInt32LittleEndian(marker.AsSpan(12), (uint)type);
        return marker;
    }
}
