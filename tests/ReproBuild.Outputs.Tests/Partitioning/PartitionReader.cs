using System.Buffers.Binary;
using System.Text;

namespace ReproBuild.Outputs.Tests.Partitioning;

/// <summary>A partition as a reader sees it.</summary>
internal sealed record SeenPartition(string Type, string Name, long FirstSector, byte[] Content);

/// <summary>Reads partition tables as UEFI 2.10 (chapter 5) describes them, and refuses what breaks their rules.</summary>
internal static class PartitionReader
{
    private const int SectorSize = 512;

    public static List<SeenPartition> Mbr(byte[] disk)
    {
        Assert.Equal(0xaa55, BinaryPrimitives.ReadUInt16LittleEndian(disk.AsSpan(510)));
        var partitions = new List<SeenPartition>();
        for (var at = 446; at < 510; at += 16)
        {
            if (disk[at + 4] != 0)
            {
                var (first, count) = (Long(disk, at + 8), Long(disk, at + 12));
                partitions.Add(new SeenPartition($"{disk[at + 4]:x2}{(disk[at] == 0x80 ? " active" : "")}", "", first, Sectors(disk, first, count)));
            }
        }

        CheckPlaces(partitions, first: 1, end: disk.Length / SectorSize);
        return partitions;
    }

    public static List<SeenPartition> Gpt(byte[] disk)
    {
        Assert.Equal("ee", Assert.Single(Mbr(disk)).Type);
        var last = (disk.Length / SectorSize) - 1;
        var partitions = Gpt(disk, own: 1, other: last);
        Assert.Equal(partitions.Select(Describe), Gpt(disk, own: last, other: 1).Select(Describe));
        return partitions;
    }

    private static string Describe(SeenPartition partition) => $"{partition.Type} {partition.Name} {partition.FirstSector} {partition.Content.Length}";

    private static List<SeenPartition> Gpt(byte[] disk, long own, long other)
    {
        var header = disk.AsSpan((int)own * SectorSize, 92).ToArray();
        Assert.Equal("EFI PART", Encoding.ASCII.GetString(header, 0, 8));
        var sum = Long(header, 16);
        header.AsSpan(16, 4).Clear();
        Assert.Equal(sum, Crc32(header));
        Assert.Equal((own, other), (Number(header, 24), Number(header, 32)));
        var entries = disk.AsSpan((int)Number(header, 72) * SectorSize, (int)(Long(header, 80) * Long(header, 84))).ToArray();
        Assert.Equal(Long(header, 88), Crc32(entries));
        var partitions = entries.Chunk((int)Long(header, 84)).Where(static e => e.AsSpan(0, 16).IndexOfAnyExcept((byte)0) >= 0).Select(entry =>
        {
            var (first, count) = (Number(entry, 32), Number(entry, 40) - Number(entry, 32) + 1);
            var type = $"{new Guid(entry.AsSpan(0, 16))} {new Guid(entry.AsSpan(16, 16))}";
            return new SeenPartition(type, Encoding.Unicode.GetString(entry, 56, 72).TrimEnd('\0'), first, Sectors(disk, first, count));
        }).ToList();
        CheckPlaces(partitions, Number(header, 40), Number(header, 48) + 1);
        return partitions;
    }

    private static void CheckPlaces(IEnumerable<SeenPartition> partitions, long first, long end)
    {
        foreach (var partition in partitions)
        {
            Assert.True(partition.FirstSector >= first, "A partition begins before the one before it has ended, or in the table.");
            first = partition.FirstSector + (partition.Content.Length / SectorSize);
        }

        Assert.True(first <= end, "A partition ends behind the disk, or in the table.");
    }

    private static byte[] Sectors(byte[] disk, long first, long count) => disk.AsSpan((int)first * SectorSize, (int)count * SectorSize).ToArray();

    private static uint Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);

    /// <summary>Bit by bit, as ISO 3309 has it.</summary>
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xedb88320);
            }
        }

        return ~crc;
    }
}
