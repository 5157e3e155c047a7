using System.Buffers.Binary;
using System.IO.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.Formats;
using SharpCompress.Compressors.ZStandard;

namespace ReproBuild.Outputs.Tests.SquashFs;

/// <summary>Reads SquashFS images, written from the format's description alone; names every field.</summary>
internal sealed class SquashFsReader
{
    private static readonly (string Name, int Size)[] s_superblock =
    [
        ("magic", 4), ("inode count", 4), ("mod time", 4), ("block size", 4), ("frag count", 4), ("compressor", 2), ("block log", 2), ("flags", 2),
        ("id count", 2), ("version major", 2), ("version minor", 2), ("root inode", 8), ("bytes used", 8), ("id table", 8), ("xattr table", 8),
        ("inode table", 8), ("directory table", 8), ("frag table", 8), ("export table", 8),
    ];

    private static readonly ByteString[] Prefixes = ["user.", "trusted.", "security."];

    private readonly FileContent _image;
    private readonly Dictionary<long, (byte[] Data, long Next)> _blocks = [];

    public SquashFsReader(FileContent image)
    {
        _image = image;
        var offset = 0;
        foreach (var (name, size) in s_superblock)
        {
            Superblock.Add(name, Number(Raw(offset, size), 0, size));
            offset += size;
        }
    }

    public SortedDictionary<string, ulong> Superblock { get; } = new(StringComparer.Ordinal);

    public static IEnumerable<string> SuperblockFields => s_superblock.Select(static f => f.Name);

    public int BlockSize => (int)Superblock["block size"];

    public SquashFsInode Root => Inode(Superblock["root inode"]);

    public uint[] Ids => [.. Table("id table", (int)Superblock["id count"], 4).Select(static e => (uint)Number(e, 0, 4))];

    public ulong[] Export => field ??= [.. Table("export table", (int)Superblock["inode count"], 8).Select(static e => Number(e, 0, 8))];

    public (ulong Start, uint Size)[] Fragments => field ??= Superblock["frag count"] == 0 ? [] :
        [.. Table("frag table", (int)Superblock["frag count"], 16).Select(static e => (Number(e, 0, 8), (uint)Number(e, 8, 4)))];

    public SquashFsInode Inode(ulong reference) => SquashFsInode.Parse(reference, Metadata((long)Superblock["inode table"], reference), BlockSize);

    public List<(ByteString Name, SquashFsInode Inode)> Children(SquashFsInode directory)
    {
        var children = new List<(ByteString, SquashFsInode)>();
        var left = (long)directory["file size"] - 3;
        if (left == 0)
        {
            return children;
        }

        var next = Metadata((long)Superblock["directory table"], (directory["block index"] << 16) | directory["block offset"]);
        while (left > 0)
        {
            var header = next(12);
            var (count, start, number) = (Number(header, 0, 4) + 1, Number(header, 4, 4), Number(header, 8, 4));
            Assert.InRange(count, 1UL, 256UL);
            left -= 12;
            for (ulong i = 0; i < count; i++)
            {
                var entry = next(8);
                var name = next((int)Number(entry, 6, 2) + 1);
                var inode = Inode((start << 16) | Number(entry, 0, 2));
                Assert.Equal((ulong)((long)number + BinaryPrimitives.ReadInt16LittleEndian(entry.AsSpan(2))), inode["inode number"]);
                Assert.Equal(Number(entry, 4, 2), (inode["type"] - 1) % 7 + 1);
                Assert.Equal(inode.Reference, Export[inode["inode number"] - 1]);
                children.Add((new ByteString(name), inode));
                left -= 8 + name.Length;
            }
        }

        Assert.Equal(0, left);
        return children;
    }

    /// <summary>A block of a file, or its tail; zeros for a block that is not stored.</summary>
    public byte[] ReadBlock(SquashFsInode file, int index)
    {
        var size = file["file size"];
        if (index == file.BlockSizes.Length)
        {
            var (fragment, fragmentSize) = Fragments[file["frag index"]];
            return Data((long)fragment, fragmentSize)[(int)file["block offset"]..][..(int)(size % (ulong)BlockSize)];
        }

        var start = (long)file["blocks start"] + file.BlockSizes[..index].Sum(static s => s & 0xff_ffff);
        return file.BlockSizes[index] == 0 ? new byte[BlockSize] : Data(start, file.BlockSizes[index]);
    }

    public byte[] ReadFile(SquashFsInode file) =>
        [.. Enumerable.Range(0, file.BlockSizes.Length + (file["frag index"] == uint.MaxValue ? 0 : 1)).SelectMany(i => ReadBlock(file, i))];

    public List<(ByteString Name, byte[] Value)> Xattrs(SquashFsInode inode)
    {
        var header = Raw((long)Superblock["xattr table"], 16);
        var entry = Locations((long)Superblock["xattr table"] + 16, (int)Number(header, 8, 4), 16)[(int)inode["xattr index"]];
        var next = Metadata((long)Number(header, 0, 8), Number(entry, 0, 8));
        var pairs = new List<(ByteString, byte[])>();
        for (ulong i = 0; i < Number(entry, 8, 4); i++)
        {
            var key = next(4);
            var name = new ByteString(next((int)Number(key, 2, 2)));
            pairs.Add((ByteString.Concat(Prefixes[(int)Number(key, 0, 2)], name), next((int)Number(next(4), 0, 4))));
        }

        return pairs;
    }

    public static ulong Number(ReadOnlySpan<byte> bytes, int offset, int size) => size switch
    {
        2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]),
        4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes[offset..]),
    };

    private byte[] Raw(long offset, int size)
    {
        var bytes = new byte[size];
        Assert.Equal(size, _image.Read(offset, bytes));
        return bytes;
    }

    private byte[] Data(long start, uint size)
    {
        var stored = Raw(start, (int)(size & 0xff_ffff));
        return (size & (1 << 24)) != 0 ? stored : Unpack(stored);
    }

    private byte[] Unpack(byte[] stored)
    {
        if (Superblock["compressor"] == 5)
        {
            return Lz4Specification.Decode(stored);
        }

        using Stream input = Superblock["compressor"] switch
        {
            1 => new ZLibStream(new MemoryStream(stored), CompressionMode.Decompress),
            6 => new DecompressionStream(new MemoryStream(stored)),
            var other => throw new NotSupportedException($"The compressor {other} cannot be read here."),
        };
        using var output = new MemoryStream();
        input.CopyTo(output);
        return output.ToArray();
    }

    private List<byte[]> Table(string name, int count, int entrySize) => Locations((long)Superblock[name], count, entrySize);

    private List<byte[]> Locations(long start, int count, int entrySize)
    {
        var entries = new List<byte[]>();
        for (var i = 0; i < count; i++)
        {
            var location = (long)Number(Raw(start + (8L * (i * entrySize / 8192)), 8), 0, 8);
            entries.Add(Block(location).Data.AsSpan(i * entrySize % 8192, entrySize).ToArray());
        }

        return entries;
    }

    private Func<int, byte[]> Metadata(long table, ulong reference)
    {
        var (block, offset) = (Block(table + (long)(reference >> 16)), (int)(reference & 0xffff));
        return count =>
        {
            var bytes = new byte[count];
            for (var i = 0; i < count; i++)
            {
                if (offset == block.Data.Length)
                {
                    (block, offset) = (Block(block.Next), 0);
                }

                bytes[i] = block.Data[offset++];
            }

            return bytes;
        };
    }

    private (byte[] Data, long Next) Block(long position)
    {
        if (!_blocks.TryGetValue(position, out var block))
        {
            var header = (int)Number(Raw(position, 2), 0, 2);
            var stored = Raw(position + 2, header & 0x7fff);
            _blocks[position] = block = ((header & 0x8000) != 0 ? stored : Unpack(stored), position + 2 + stored.Length);
        }

        return block;
    }
}
