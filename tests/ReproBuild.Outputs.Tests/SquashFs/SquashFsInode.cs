using System.Text;

namespace ReproBuild.Outputs.Tests.SquashFs;

/// <summary>An inode as the format's description has it: the common header, then the fields of its type.</summary>
internal sealed class SquashFsInode
{
    private static readonly (string Name, int Size)[] s_header = [("type", 2), ("permissions", 2), ("uid", 2), ("gid", 2), ("mtime", 4), ("inode number", 4)];

    private static readonly Dictionary<ulong, (string Name, int Size)[]> s_types = new()
    {
        [1] = [("block index", 4), ("link count", 4), ("file size", 2), ("block offset", 2), ("parent inode", 4)],
        [2] = [("blocks start", 4), ("frag index", 4), ("block offset", 4), ("file size", 4)],
        [3] = [("link count", 4), ("target size", 4)],
        [4] = [("link count", 4), ("device number", 4)],
        [5] = [("link count", 4), ("device number", 4)],
        [6] = [("link count", 4)],
        [8] = [("link count", 4), ("file size", 4), ("block index", 4), ("parent inode", 4), ("index count", 2), ("block offset", 2), ("xattr index", 4)],
        [9] = [("blocks start", 8), ("file size", 8), ("sparse", 8), ("link count", 4), ("frag index", 4), ("block offset", 4), ("xattr index", 4)],
        [10] = [("link count", 4), ("target size", 4)],
        [11] = [("link count", 4), ("device number", 4), ("xattr index", 4)],
        [12] = [("link count", 4), ("device number", 4), ("xattr index", 4)],
        [13] = [("link count", 4), ("xattr index", 4)],
    };

    public required ulong Reference { get; init; }

    public List<(string Name, ulong Value)> Fields { get; } = [];

    public uint[] BlockSizes { get; private set; } = [];

    public ByteString Target { get; private set; }

    public List<(ulong Offset, ulong Start, string Name)> Index { get; } = [];

    public bool IsDirectory => this["type"] is 1 or 8;

    public ulong this[string name] => Fields.Single(f => f.Name == name).Value;

    public static SquashFsInode Parse(ulong reference, Func<int, byte[]> next, int blockSize)
    {
        var inode = new SquashFsInode { Reference = reference };
        inode.Add(s_header, next);
        var type = inode["type"];
        inode.Add(s_types[type], next);
        if (type is 2 or 9)
        {
            var (size, block) = (inode["file size"], (ulong)blockSize);
            var count = inode["frag index"] == uint.MaxValue ? (size + block - 1) / block : size / block;
            var sizes = next((int)count * 4);
            inode.BlockSizes = [.. Enumerable.Range(0, (int)count).Select(i => (uint)SquashFsReader.Number(sizes, i * 4, 4))];
        }

        if (type is 3 or 10)
        {
            inode.Target = new ByteString(next((int)inode["target size"]));
            inode.Add(type == 10 ? [("xattr index", 4)] : [], next);
        }

        for (ulong i = 0; type == 8 && i < inode["index count"]; i++)
        {
            var entry = next(12);
            var name = Encoding.UTF8.GetString(next((int)SquashFsReader.Number(entry, 8, 4) + 1));
            inode.Index.Add((SquashFsReader.Number(entry, 0, 4), SquashFsReader.Number(entry, 4, 4), name));
        }

        return inode;
    }

    private void Add((string Name, int Size)[] fields, Func<int, byte[]> next) =>
        Fields.AddRange(fields.Select(f => (f.Name, SquashFsReader.Number(next(f.Size), 0, f.Size))));
}
