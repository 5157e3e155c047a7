using System.Globalization;
using System.Text;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Tests.SquashFs;

/// <summary>An image as text, a field a line, so that a changed byte shows as the field that it belongs to.</summary>
internal static class SquashFsDump
{
    public static string Of(FileContent image)
    {
        var reader = new SquashFsReader(image);
        var text = new StringBuilder();
        text.Append("superblock\n");
        foreach (var field in SquashFsReader.SuperblockFields)
        {
            Line(text, 1, field, reader.Superblock[field]);
        }

        text.Append("ids\n");
        text.Append(CultureInfo.InvariantCulture, $"  {string.Join(' ', reader.Ids)}\n");
        text.Append("fragments\n");
        foreach (var (start, size) in reader.Fragments)
        {
            text.Append(CultureInfo.InvariantCulture, $"  start {start} size {Size(size)}\n");
        }

        text.Append("inodes\n");
        Add(text, reader, "/", reader.Root);
        return text.ToString();
    }

    private static void Add(StringBuilder text, SquashFsReader reader, string path, SquashFsInode inode)
    {
        text.Append(CultureInfo.InvariantCulture, $"  {path}\n");
        text.Append(CultureInfo.InvariantCulture, $"    reference {inode.Reference >> 16}:{inode.Reference & 0xffff}\n");
        foreach (var (name, value) in inode.Fields)
        {
            Line(text, 2, name, value);
        }

        foreach (var size in inode.BlockSizes)
        {
            text.Append(CultureInfo.InvariantCulture, $"    block {Size(size)}\n");
        }

        text.Append(inode.Target.Length > 0 ? $"    target {inode.Target}\n" : "");
        if (inode.Fields.Exists(static f => f.Name == "xattr index" && f.Value != uint.MaxValue))
        {
            foreach (var (name, value) in reader.Xattrs(inode))
            {
                text.Append(CultureInfo.InvariantCulture, $"    xattr {name} = {Convert.ToHexStringLower(value)}\n");
            }
        }

        foreach (var (name, child) in inode.IsDirectory ? reader.Children(inode) : [])
        {
            Add(text, reader, $"{path.TrimEnd('/')}/{name}", child);
        }
    }

    private static void Line(StringBuilder text, int depth, string name, ulong value)
    {
        var shown = name switch
        {
            "permissions" => Convert.ToString((int)value, 8),
            "flags" or "magic" => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}"),
            _ when value is uint.MaxValue or ulong.MaxValue => "none",
            _ => value.ToString(CultureInfo.InvariantCulture),
        };
        text.Append(CultureInfo.InvariantCulture, $"{new string(' ', 2 * depth)}{name} {shown}\n");
    }

    private static string Size(uint size) =>
        string.Create(CultureInfo.InvariantCulture, $"{size & 0xff_ffff}{((size & (1 << 24)) != 0 ? " uncompressed" : size == 0 ? " zeros" : "")}");
}
