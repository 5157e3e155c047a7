using System.Buffers.Binary;
using System.Text;
using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Fat.FatConstants;

namespace ReproBuild.Outputs.Fat;

/// <summary>The on-disk structures of a FAT volume (Microsoft FAT specification, sections 3 to 7).</summary>
internal static class FatStructures
{
    /// <summary>INT 18h, then stop: a BIOS that starts the volume itself goes on to the next device.</summary>
    private static ReadOnlySpan<byte> BootCode => [0xcd, 0x18, 0xf4, 0xeb, 0xfd];

    public static void WriteBootSector(Span<byte> sector, FatGeometry geometry, FatOptions options)
    {
        sector.Clear();
        var isFat32 = geometry.Type == FatType.Fat32;
        ReadOnlySpan<byte> jump = isFat32 ? [0xeb, 0x58, 0x90] : [0xeb, 0x3c, 0x90];
        jump.CopyTo(sector);
        "REPROBLD"u8.CopyTo(sector[3..]);
        BinaryPrimitives.WriteUInt16LittleEndian(sector[11..], SectorSize);
        sector[13] = (byte)geometry.SectorsPerCluster;
        BinaryPrimitives.WriteUInt16LittleEndian(sector[14..], (ushort)geometry.ReservedSectorCount);
        sector[16] = FatCount;
        BinaryPrimitives.WriteUInt16LittleEndian(sector[17..], (ushort)geometry.RootEntries);
        var fitsIn16Bits = !isFat32 && geometry.TotalSectors <= ushort.MaxValue;
        BinaryPrimitives.WriteUInt16LittleEndian(sector[19..], fitsIn16Bits ? (ushort)geometry.TotalSectors : (ushort)0);
        sector[21] = MediaFixed;
        BinaryPrimitives.WriteUInt16LittleEndian(sector[22..], isFat32 ? (ushort)0 : (ushort)geometry.SectorsPerFat);
        BinaryPrimitives.WriteUInt16LittleEndian(sector[24..], 63);
        BinaryPrimitives.WriteUInt16LittleEndian(sector[26..], 255);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[28..], options.HiddenSectors);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[32..], fitsIn16Bits ? 0 : (uint)geometry.TotalSectors);
        if (isFat32)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(sector[36..], (uint)geometry.SectorsPerFat);
            BinaryPrimitives.WriteUInt32LittleEndian(sector[44..], FirstCluster);
            BinaryPrimitives.WriteUInt16LittleEndian(sector[48..], FsInfoSector);
            BinaryPrimitives.WriteUInt16LittleEndian(sector[50..], BackupBootSector);
        }

        WriteExtendedPart(sector[(isFat32 ? 64 : 36)..], geometry.Type, options);
        sector[510] = 0x55;
        sector[511] = 0xaa;
    }

    /// <summary>FSI: how many clusters are free, and which is the first (section 5).</summary>
    public static void WriteFsInfo(Span<byte> sector, long freeClusters, long firstFree)
    {
        sector.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(sector, 0x41615252);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[484..], 0x61417272);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[488..], (uint)freeClusters);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[492..], (uint)firstFree);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[508..], 0xaa550000);
    }

    public static void WriteLabelEntry(Span<byte> entry, string label, FileTime time)
    {
        entry.Clear();
        PadLabel(label).CopyTo(entry);
        entry[11] = AttributeVolumeLabel;
        var (date, clock) = Time(time);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[22..], clock);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[24..], date);
    }

    /// <summary>A short entry: its three times are the modification time.</summary>
    public static void WriteEntry(Span<byte> entry, ReadOnlySpan<byte> name, bool isDirectory, FileTime time, uint cluster, uint size)
    {
        entry.Clear();
        name.CopyTo(entry);
        entry[11] = isDirectory ? AttributeDirectory : AttributeArchive;
        var (date, clock) = Time(time);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[14..], clock);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[16..], date);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[18..], date);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[20..], (ushort)(cluster >> 16));
        BinaryPrimitives.WriteUInt16LittleEndian(entry[22..], clock);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[24..], date);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[26..], (ushort)(cluster & 0xffff));
        BinaryPrimitives.WriteUInt32LittleEndian(entry[28..], size);
    }

    /// <summary>One part of a long name: 13 units; the last part comes first on disk (section 7).</summary>
    public static void WriteLongNamePart(Span<byte> entry, string name, int part, bool isLast, byte checksum)
    {
        entry.Clear();
        entry[0] = (byte)(part + 1 | (isLast ? 0x40 : 0));
        entry[11] = AttributeLongName;
        entry[13] = checksum;
        for (var i = 0; i < LongNameUnits; i++)
        {
            var index = (part * LongNameUnits) + i;
            var unit = index < name.Length ? name[index] : index == name.Length ? '\0' : '\uffff';
            var offset = i < 5 ? 1 + (2 * i) : i < 11 ? 14 + (2 * (i - 5)) : 28 + (2 * (i - 11));
            BinaryPrimitives.WriteUInt16LittleEndian(entry[offset..], unit);
        }
    }

    private static void WriteExtendedPart(Span<byte> part, FatType type, FatOptions options)
    {
        part[0] = 0x80;
        part[2] = 0x29;
        BinaryPrimitives.WriteUInt32LittleEndian(part[3..], options.SerialNumber);
        PadLabel(options.Label.Length == 0 ? "NO NAME" : options.Label).CopyTo(part[7..]);
        (type switch { FatType.Fat12 => "FAT12   "u8, FatType.Fat16 => "FAT16   "u8, _ => "FAT32   "u8 }).CopyTo(part[18..]);
        BootCode.CopyTo(part[26..]);
    }

    private static byte[] PadLabel(string label) => Encoding.ASCII.GetBytes(label.ToUpperInvariant().PadRight(FatNames.ShortLength));

    /// <summary>What a file's time becomes: 1980 to 2107 in UTC, in steps of two seconds (section 6.4).</summary>
    public static FileTime Hold(FileTime time)
    {
        const long earliest = 315532800; // 1980-01-01T00:00:00Z
        const long latest = 4354819198; // 2107-12-31T23:59:58Z
        return new FileTime(Math.Clamp(time.Seconds, earliest, latest) & ~1L);
    }

    private static (ushort Date, ushort Clock) Time(FileTime time)
    {
        var utc = DateTimeOffset.FromUnixTimeSeconds(Hold(time).Seconds).UtcDateTime;
        return ((ushort)((utc.Year - 1980) << 9 | utc.Month << 5 | utc.Day), (ushort)(utc.Hour << 11 | utc.Minute << 5 | utc.Second / 2));
    }
}
