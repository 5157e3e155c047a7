using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace ReproBuild.Outputs.Partitioning;

/// <summary>Where a header and its table lie, in sectors.</summary>
internal readonly record struct GptHeaderPlace(long Own, long Other, long Table, long LastUsable)
{
    public static GptHeaderPlace Primary(long sectors) => new(1, sectors - 1, 2, LastUsableOf(sectors));

    public static GptHeaderPlace Backup(long sectors) => new(sectors - 1, 1, sectors - 1 - GptStructures.TableSectors, LastUsableOf(sectors));

    private static long LastUsableOf(long sectors) => sectors - 2 - GptStructures.TableSectors;
}

/// <summary>The GUID partition table (UEFI 2.10, section 5.3).</summary>
internal static class GptStructures
{
    public const int EntryCount = 128;
    public const int EntrySize = 128;
    public const int TableSectors = EntryCount * EntrySize / DiskSectors.Size;

    private const int HeaderSize = 92;
    private const int FirstUsable = 2 + TableSectors;

    /// <summary>The protective record: one partition over the whole disk (section 5.2.3).</summary>
    public static void WriteProtectiveEntry(Span<byte> record, long sectors)
    {
        MbrStructures.WriteEntry(record, 0, new MbrEntry(MbrPartitionTypes.GptProtective, 1, Math.Min(sectors - 1, uint.MaxValue), IsActive: false));
        if (sectors - 1 > 1023L * 255 * 63)
        {
            record.Slice(MbrStructures.TableOffset + 5, 3).Fill(0xff);
        }
    }

    public static void WriteHeader(Span<byte> sector, ReadOnlySpan<byte> entries, GptHeaderPlace place, Guid diskId)
    {
        sector.Clear();
        "EFI PART"u8.CopyTo(sector);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[8..], 0x00010000);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[12..], HeaderSize);
        BinaryPrimitives.WriteInt64LittleEndian(sector[24..], place.Own);
        BinaryPrimitives.WriteInt64LittleEndian(sector[32..], place.Other);
        BinaryPrimitives.WriteInt64LittleEndian(sector[40..], FirstUsable);
        BinaryPrimitives.WriteInt64LittleEndian(sector[48..], place.LastUsable);
        diskId.TryWriteBytes(sector[56..]);
        BinaryPrimitives.WriteInt64LittleEndian(sector[72..], place.Table);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[80..], EntryCount);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[84..], EntrySize);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[88..], Crc32.HashToUInt32(entries));
        BinaryPrimitives.WriteUInt32LittleEndian(sector[16..], Crc32.HashToUInt32(sector[..HeaderSize]));
    }

    /// <param name="entry">Where to; 128 bytes.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="first">Its first sector.</param>
    /// <param name="last">Its last sector.</param>
    public static void WriteEntry(Span<byte> entry, GptPartition partition, long first, long last)
    {
        partition.Type.TryWriteBytes(entry);
        partition.Id.TryWriteBytes(entry[16..]);
        BinaryPrimitives.WriteInt64LittleEndian(entry[32..], first);
        BinaryPrimitives.WriteInt64LittleEndian(entry[40..], last);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[48..], partition.Attributes);
        Encoding.Unicode.GetBytes(partition.Name, entry[56..EntrySize]);
    }
}
