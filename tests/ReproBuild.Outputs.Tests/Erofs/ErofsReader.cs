using System.Buffers.Binary;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Tests.Erofs;

/// <summary>Reads an image as the specification of EROFS says, and refuses what breaks its rules.</summary>
internal sealed class ErofsReader
{
    private const int BlockSize = 4096;

    private static readonly (string Name, int Size)[] _superblock =
    [
        ("magic", 4), ("checksum", 4), ("feature_compat", 4), ("blkszbits", 1), ("sb_extslots", 1), ("root_nid", 2), ("inos", 8), ("build_time", 8),
        ("build_time_nsec", 4), ("blocks", 4), ("meta_blkaddr", 4), ("xattr_blkaddr", 4), ("uuid", 16), ("volume_name", 16), ("feature_incompat", 4),
        ("lz4_max_distance", 2),
    ];

    private static readonly (string Name, int Size)[] _compact =
    [
        ("i_format", 2), ("i_xattr_icount", 2), ("i_mode", 2), ("i_nlink", 2), ("i_size", 4), ("", 4), ("i_u", 4), ("i_ino", 4), ("i_uid", 2), ("i_gid", 2),
        ("", 4),
    ];

    private static readonly (string Name, int Size)[] _extended =
    [
        ("i_format", 2), ("i_xattr_icount", 2), ("i_mode", 2), ("", 2), ("i_size", 8), ("i_u", 4), ("i_ino", 4), ("i_uid", 4), ("i_gid", 4), ("i_mtime", 8),
        ("i_mtime_nsec", 4), ("i_nlink", 4), ("", 8), ("", 8),
    ];

    private readonly FileContent _image;

    public ErofsReader(FileContent image)
    {
        _image = image;
        Superblock = Fields(1024, _superblock);
        Assert.Equal(0xe0f5e1e2, this["magic"]);
        Assert.Equal(image.Length, this["blocks"] * BlockSize);
        Assert.Equal(Checksum(), (uint)this["checksum"]);
    }

    public IReadOnlyList<(string Name, long Value)> Superblock { get; }

    public long this[string field] => Superblock.Single(f => f.Name == field).Value;

    public byte[] Uuid => Bytes(1024 + 48, 16);

    public ErofsInode Root => ReadInode(this["root_nid"]);

    public ErofsInode ReadInode(long nid)
    {
        var isExtended = (Bytes(nid * 32, 1)[0] & 1) == 1;
        return new ErofsInode(nid, Fields(nid * 32, isExtended ? _extended : _compact));
    }

    public byte[] ReadData(ErofsInode inode)
    {
        if (inode.DataLayout == 1)
        {
            return new ErofsCompressedReader(_image, inode).ReadData();
        }

        var tail = inode.DataLayout == 2 ? (int)(inode.Size % BlockSize) : 0;
        Assert.True((inode.TailOffset % BlockSize) + tail <= BlockSize, $"The tail of inode {inode.Nid} crosses a block.");
        var whole = (int)inode.Size - tail;
        return [.. whole == 0 ? [] : Bytes(inode["i_u"] * BlockSize, whole), .. Bytes(inode.TailOffset, tail)];
    }

    /// <summary>A directory's entries in the order of the image, <c>.</c> and <c>..</c> with them.</summary>
    public IReadOnlyList<(ByteString Name, long Nid, byte Type)> ReadDirectory(ErofsInode inode)
    {
        var entries = new List<(ByteString Name, long Nid, byte Type)>();
        foreach (var block in ReadData(inode).Chunk(BlockSize))
        {
            var count = Offset(block, 0) / 12;
            for (var i = 0; i < count; i++)
            {
                var name = block[Offset(block, i)..(i == count - 1 ? block.Length : Offset(block, i + 1))];
                name = i == count - 1 && Array.IndexOf(name, (byte)0) is >= 0 and var end ? name[..end] : name;
                entries.Add((new ByteString(name), BinaryPrimitives.ReadInt64LittleEndian(block.AsSpan(i * 12)), block[(i * 12) + 10]));
            }
        }

        return entries;
    }

    public IReadOnlyList<(byte Index, ByteString Name, ByteString Value)> ReadAttributes(ErofsInode inode)
    {
        var attributes = new List<(byte, ByteString, ByteString)>();
        var area = Bytes(inode.TailOffset - inode.XattrSize, (int)inode.XattrSize);
        Assert.True(area.AsSpan(0, Math.Min(12, area.Length)).IndexOfAnyExcept((byte)0) < 0, "There are shared attributes.");
        for (var at = 12; at < area.Length;)
        {
            int name = area[at], value = BinaryPrimitives.ReadUInt16LittleEndian(area.AsSpan(at + 2));
            attributes.Add((area[at + 1], new ByteString(area.AsSpan(at + 4, name)), new ByteString(area.AsSpan(at + 4 + name, value))));
            at += (4 + name + value + 3) / 4 * 4;
        }

        return attributes;
    }

    private static int Offset(byte[] block, int entry) => BinaryPrimitives.ReadUInt16LittleEndian(block.AsSpan((entry * 12) + 8));

    /// <summary>CRC-32C bit by bit, from the superblock to the end of its block, with the checksum as zero.</summary>
    private uint Checksum()
    {
        var bytes = Bytes(1024, BlockSize - 1024);
        bytes.AsSpan(4, 4).Clear();
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82f63b78);
            }
        }

        return crc;
    }

    private List<(string Name, long Value)> Fields(long offset, (string Name, int Size)[] layout)
    {
        var fields = new List<(string, long)>();
        Span<byte> value = stackalloc byte[16];
        foreach (var (name, size) in layout)
        {
            value.Clear();
            _image.Read(offset, value[..size]);
            offset += size;
            if (name.Length == 0)
            {
                Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(value));
            }
            else if (size <= 8)
            {
                fields.Add((name, BinaryPrimitives.ReadInt64LittleEndian(value)));
            }
        }

        return fields;
    }

    private byte[] Bytes(long offset, int count)
    {
        var bytes = new byte[count];
        Assert.Equal(count, _image.Read(offset, bytes));
        return bytes;
    }
}
