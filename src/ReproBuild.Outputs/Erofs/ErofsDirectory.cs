using System.Buffers.Binary;
using static ReproBuild.Outputs.Erofs.ErofsConstants;

namespace ReproBuild.Outputs.Erofs;

/// <summary>The content of a directory: blocks of entries (erofs_dirent), each followed by the names of its block.</summary>
/// <remarks>
/// Readers search by halves, over the blocks and then within one, so every name is in byte order: <c>.</c> and <c>..</c> are not always first.
/// </remarks>
internal sealed class ErofsDirectory
{
    private readonly List<(ByteString Name, ErofsNode Node)> _names;

    /// <summary>Where each block's names end.</summary>
    private readonly List<int> _ends = [];

    public ErofsDirectory(ErofsNode self, ErofsNode parent, IEnumerable<(ByteString Name, ErofsNode Node)> children)
    {
        _names = [new(".", self), new("..", parent), .. children];
        _names.Sort(static (left, right) => left.Name.CompareTo(right.Name));
        Size = Split();
    }

    /// <summary>In bytes: whole blocks, and what the last one uses.</summary>
    public long Size { get; }

    public byte[] Encode()
    {
        var bytes = new byte[Size];
        var first = 0;
        for (var block = 0; block < _ends.Count; block++)
        {
            EncodeBlock(bytes.AsSpan(block * BlockSize), first, _ends[block]);
            first = _ends[block];
        }

        return bytes;
    }

    private long Split()
    {
        var used = 0;
        for (var i = 0; i < _names.Count; i++)
        {
            var size = DirectoryEntrySize + _names[i].Name.Length;
            if (used + size > BlockSize)
            {
                _ends.Add(i);
                used = 0;
            }

            used += size;
        }

        _ends.Add(_names.Count);
        return ((_ends.Count - 1L) * BlockSize) + used;
    }

    /// <summary>
    /// Encodes one block. The place of the first name tells how many entries there are; a NUL or the end of the data ends the last name.
    /// </summary>
    private void EncodeBlock(Span<byte> block, int first, int end)
    {
        var nameOffset = (end - first) * DirectoryEntrySize;
        for (var i = first; i < end; i++)
        {
            var (name, node) = _names[i];
            var entry = block[((i - first) * DirectoryEntrySize)..];
            BinaryPrimitives.WriteUInt64LittleEndian(entry, (ulong)node.Nid);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[8..], (ushort)nameOffset);
            entry[10] = ErofsMode.DirectoryEntryType(node.Inode.Type);
            name.Span.CopyTo(block[nameOffset..]);
            nameOffset += name.Length;
        }
    }
}
