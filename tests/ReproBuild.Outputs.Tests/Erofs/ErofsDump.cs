using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Tests.Erofs;

/// <summary>An image as text, a field a line, so that a changed byte shows as the field that it belongs to.</summary>
internal sealed class ErofsDump
{
    private readonly StringBuilder _text = new();
    private readonly FileContent _image;
    private readonly ErofsReader _reader;

    private ErofsDump(FileContent image) => (_image, _reader) = (image, new ErofsReader(image));

    public static string Of(FileContent image)
    {
        var dump = new ErofsDump(image);
        dump.Line(0, "superblock");
        foreach (var (name, value) in dump._reader.Superblock)
        {
            dump.Field(name, value);
        }

        dump.Line(1, $"uuid {Convert.ToHexStringLower(dump._reader.Uuid)}");
        dump.Add("/", dump._reader.Root);
        return dump._text.ToString();
    }

    private void Add(string path, ErofsInode inode)
    {
        Line(0, $"inode {inode.Nid} {path}");
        foreach (var (name, value) in inode.Fields)
        {
            Field(name, value);
        }

        foreach (var (index, name, value) in _reader.ReadAttributes(inode))
        {
            Line(1, $"xattr {index} {name} = {value}");
        }

        if (inode.DataLayout == 1)
        {
            Index(inode);
        }

        if (inode.Type != 4)
        {
            Data(inode);
            return;
        }

        var entries = _reader.ReadDirectory(inode);
        foreach (var (name, nid, type) in entries)
        {
            Line(1, $"dirent {nid} type {type} {name}");
        }

        foreach (var (name, nid, _) in entries.Where(static e => e.Name.ToString() is not ("." or "..")))
        {
            Add($"{path.TrimEnd('/')}/{name}", _reader.ReadInode(nid));
        }
    }

    private void Index(ErofsInode inode)
    {
        var compressed = new ErofsCompressedReader(_image, inode);
        Line(1, "z_erofs_map_header");
        foreach (var (name, value) in compressed.MapHeader)
        {
            Line(2, $"{name} {value}");
        }

        for (var i = 0; i < compressed.Clusters.Count; i++)
        {
            Line(1, $"z_erofs_lcluster_index {i} {compressed.Clusters[i]}");
        }
    }

    private void Data(ErofsInode inode)
    {
        var data = inode.Type is 8 or 0xa ? _reader.ReadData(inode) : [];
        if (data.Length > 0)
        {
            Line(1, data.Length <= 64 ? $"data {Encoding.ASCII.GetString(data)}" : $"data sha256 {Convert.ToHexStringLower(SHA256.HashData(data))}");
        }
    }

    private void Field(string name, long value) =>
        Line(1, name is "magic" or "checksum" or "i_u" ? $"{name} 0x{value:x8}" : name == "i_mode" ? $"{name} {Convert.ToString(value, 8)}" : $"{name} {value}");

    private void Line(int level, FormattableString text) =>
        _text.Append(' ', 2 * level).Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private void Line(int level, string text) => _text.Append(' ', 2 * level).Append(text).Append('\n');
}
