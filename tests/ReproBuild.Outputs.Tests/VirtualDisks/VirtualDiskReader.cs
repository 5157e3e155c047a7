using System.Buffers.Binary;
using System.IO.Compression;

namespace ReproBuild.Outputs.Tests.VirtualDisks;

/// <summary>Gives back the disk in an image, as the specification of its format says, and refuses what breaks its rules.</summary>
internal static class VirtualDiskReader
{
    private const int SectorSize = 512;

    /// <summary>QEMU, docs/interop/qcow2.txt. Each cluster of the file is referred to once, and its count says so.</summary>
    public static byte[] Qcow2(byte[] image)
    {
        Assert.Equal((0x514649fbu, 3u), (Big32(image, 0), Big32(image, 4)));
        var clusterSize = 1 << (int)Big32(image, 20);
        var disk = new byte[Big64(image, 24)];
        var used = new HashSet<long> { 0 };
        var levelOne = Big64(image, 40);
        Use(levelOne, Big32(image, 36) * 8L);
        for (var cluster = 0; cluster * (long)clusterSize < disk.Length; cluster++)
        {
            var perTable = clusterSize / 8;
            var levelTwo = Entry(levelOne + (cluster / perTable * 8));
            var data = levelTwo == 0 ? 0 : Entry(levelTwo + (cluster % perTable * 8));
            if (levelTwo != 0 && cluster % perTable == 0)
            {
                Use(levelTwo, clusterSize);
            }

            if (data != 0)
            {
                Use(data, clusterSize);
                var start = cluster * clusterSize;
                image.AsSpan((int)data, Math.Min(clusterSize, disk.Length - start)).CopyTo(disk.AsSpan(start));
            }
        }

        var references = Big64(image, 48);
        Use(references, Big32(image, 56) * (long)clusterSize);
        for (var at = references; Big64(image, (int)at) is > 0 and var block; at += 8)
        {
            Use(block, clusterSize);
        }

        Assert.Equal(Enumerable.Range(0, image.Length / clusterSize).Select(static i => (long)i), used.Order());
        Assert.All(used, cluster =>
        {
            var perBlock = clusterSize / 2;
            var block = Big64(image, (int)(references + (cluster / perBlock * 8)));
            Assert.Equal(1, BinaryPrimitives.ReadUInt16BigEndian(image.AsSpan((int)(block + (cluster % perBlock * 2)))));
        });
        return disk;

        // An entry of a table: bit 63 says that the cluster is used once.
        long Entry(long at) => Big64(image, (int)at) is var entry && entry == 0 ? 0
            : entry < 0 ? entry & 0x00ff_ffff_ffff_fe00 : throw new InvalidDataException($"The cluster at {entry:x} is not marked as used once.");

        void Use(long offset, long length)
        {
            Assert.Equal(0, offset % clusterSize);
            for (var at = offset; at < offset + length; at += clusterSize)
            {
                Assert.True(used.Add(at / clusterSize), $"The cluster at {at} is used twice.");
            }
        }
    }

    /// <summary>Microsoft, "Virtual Hard Disk Image Format Specification" 1.0.</summary>
    public static byte[] Vhd(byte[] image)
    {
        var footer = image.AsSpan(image.Length - SectorSize);
        CheckSum(footer, 64);
        Assert.True(footer.StartsWith("conectix"u8));
        var size = (int)BinaryPrimitives.ReadInt64BigEndian(footer[48..]);
        if (BinaryPrimitives.ReadUInt32BigEndian(footer[60..]) == 2)
        {
            Assert.Equal(size + SectorSize, image.Length);
            return image[..size];
        }

        Assert.True(footer.SequenceEqual(image.AsSpan(0, SectorSize)), "The copy of the footer differs.");
        var header = image.AsSpan((int)BinaryPrimitives.ReadInt64BigEndian(footer[16..]), 1024);
        CheckSum(header, 36);
        Assert.True(header.StartsWith("cxsparse"u8));
        var (table, entries, blockSize) = ((int)Big64(header, 16), (int)Big32(header, 28), (int)Big32(header, 32));
        Assert.Equal((size + blockSize - 1) / blockSize, entries);
        var disk = new byte[size];
        for (var block = 0; block < entries; block++)
        {
            var sector = Big32(image, table + (block * 4));
            if (sector != uint.MaxValue)
            {
                var bitmap = image.AsSpan((int)sector * SectorSize, SectorSize);
                Assert.True(bitmap.IndexOfAnyExcept((byte)0xff) < 0, "A sector of a block is not there.");
                var start = block * blockSize;
                image.AsSpan(((int)sector + 1) * SectorSize, Math.Min(blockSize, size - start)).CopyTo(disk.AsSpan(start));
            }
        }

        return disk;
    }

    /// <summary>VMware, "Virtual Disk Format 5.0": through the directory and the tables that the footer leads to, as for random access.</summary>
    public static byte[] Vmdk(byte[] image)
    {
        var footer = image.AsSpan(image.Length - (2 * SectorSize), SectorSize);
        Assert.True(footer.StartsWith("KDMV"u8));
        Assert.True(image.AsSpan(image.Length - SectorSize).IndexOfAnyExcept((byte)0) < 0, "The end of the stream is not at the end.");
        var (capacity, grainSectors) = (Little64(footer, 12), (int)Little64(footer, 20));
        var (perTable, directory) = ((int)Little32(footer, 44), (int)Little64(footer, 56) * SectorSize);
        var disk = new byte[capacity * SectorSize];
        for (var grain = 0; (long)grain * grainSectors < capacity; grain++)
        {
            var table = (int)Little32(image, directory + (grain / perTable * 4));
            var sector = table == 0 ? 0 : (int)Little32(image, (table * SectorSize) + (grain % perTable * 4));
            if (sector != 0)
            {
                var marker = image.AsSpan(sector * SectorSize);
                Assert.Equal(grain * (long)grainSectors, Little64(marker, 0));
                using var zlib = new ZLibStream(new MemoryStream(image, (sector * SectorSize) + 12, (int)Little32(marker, 8)), CompressionMode.Decompress);
                zlib.ReadExactly(disk, grain * grainSectors * SectorSize, grainSectors * SectorSize);
                Assert.Equal(-1, zlib.ReadByte());
            }
        }

        return disk;
    }

    /// <summary>The checksum is the complement of the sum of all other bytes.</summary>
    private static void CheckSum(ReadOnlySpan<byte> structure, int at)
    {
        var sum = 0u;
        for (var i = 0; i < structure.Length; i++)
        {
            sum += i >= at && i < at + 4 ? 0u : structure[i];
        }

        Assert.Equal(~sum, Big32(structure, at));
    }

    private static uint Big32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);

    private static long Big64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64BigEndian(bytes[at..]);

    private static uint Little32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Little64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
