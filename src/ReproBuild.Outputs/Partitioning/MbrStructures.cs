using System.Buffers.Binary;

namespace ReproBuild.Outputs.Partitioning;

/// <summary>A partition of a master boot record, in sectors.</summary>
internal readonly record struct MbrEntry(byte Type, long FirstSector, long SectorCount, bool IsActive);

/// <summary>Type bytes of partitions in a master boot record.</summary>
internal static class MbrPartitionTypes
{
    /// <summary>FAT12, in the first 32 MiB of the disk.</summary>
    public const byte Fat12 = 0x01;

    /// <summary>FAT16, addressed by sector numbers.</summary>
    public const byte Fat16Lba = 0x0e;

    /// <summary>FAT32, addressed by sector numbers.</summary>
    public const byte Fat32Lba = 0x0c;

    /// <summary>The whole disk, partitioned by a GUID partition table.</summary>
    public const byte GptProtective = 0xee;

    /// <summary>An EFI system partition on a disk without a GUID partition table.</summary>
    public const byte EfiSystem = 0xef;
}

/// <summary>The master boot record (UEFI 2.10, section 5.2.1, "Legacy Master Boot Record").</summary>
internal static class MbrStructures
{
    public const int SignatureOffset = 440;
    public const int TableOffset = 446;
    public const int EntrySize = 16;
    public const int TableSize = 4 * EntrySize;

    private const int Heads = 255;
    private const int SectorsPerTrack = 63;
    private const int MaxCylinder = 1023;

    public static void WriteSignature(Span<byte> record, uint signature)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(record[SignatureOffset..], signature);
        record[444] = 0;
        record[445] = 0;
        record[510] = 0x55;
        record[511] = 0xaa;
    }

    /// <remarks>The caller has checked that the partition ends within 2 TiB.</remarks>
    public static void WriteEntry(Span<byte> record, int index, MbrEntry entry)
    {
        var at = record.Slice(TableOffset + (index * EntrySize), EntrySize);
        at[0] = entry.IsActive ? (byte)0x80 : (byte)0;
        WriteChs(at[1..], entry.FirstSector);
        at[4] = entry.Type;
        WriteChs(at[5..], entry.FirstSector + entry.SectorCount - 1);
        BinaryPrimitives.WriteUInt32LittleEndian(at[8..], (uint)entry.FirstSector);
        BinaryPrimitives.WriteUInt32LittleEndian(at[12..], (uint)entry.SectorCount);
    }

    /// <summary>Head, sector and cylinder; beyond the last cylinder 254, 63 and 1023.</summary>
    private static void WriteChs(Span<byte> at, long sector)
    {
        var cylinder = sector / (Heads * SectorsPerTrack);
        if (cylinder > MaxCylinder)
        {
            (at[0], at[1], at[2]) = (0xfe, 0xff, 0xff);
            return;
        }

        at[0] = (byte)(sector / SectorsPerTrack % Heads);
        at[1] = (byte)((sector % SectorsPerTrack) + 1 | ((cylinder >> 2) & 0xc0));
        at[2] = (byte)(cylinder & 0xff);
    }
}
