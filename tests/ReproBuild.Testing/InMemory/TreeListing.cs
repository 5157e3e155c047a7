using System.Globalization;
using System.Text;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Testing.InMemory;

/// <summary>A tree as lines to compare in a test: <c>d a</c>, <c>f a/b=text</c>, <c>h a/c=>a/b</c>, <c>l d->target</c>, <c>c n 1:3</c>.</summary>
public static class TreeListing
{
    /// <summary>Names, types, contents and links.</summary>
    public static string[] Of(FileTree tree) => [.. tree.Entries.Select(static e => Line(e))];

    /// <summary>A file's content as text.</summary>
    public static string TextOf(FileContent content)
    {
        var bytes = new byte[content.Length];
        return Encoding.UTF8.GetString(bytes.AsSpan(0, content.Read(0, bytes)));
    }

    private static string Line(FileTreeEntry entry)
    {
        if (entry.HardLinkTarget is { } target)
        {
            return $"h {entry.Path}=>{target.Path}";
        }

        var inode = entry.Inode;
        var device = string.Create(CultureInfo.InvariantCulture, $"{inode.DeviceMajor}:{inode.DeviceMinor}");
        return inode.Type switch
        {
            FileType.Directory => $"d {entry.Path}",
            FileType.SymbolicLink => $"l {entry.Path}->{inode.LinkTarget}",
            FileType.RegularFile => $"f {entry.Path}={TextOf(inode.Content)}",
            FileType.CharacterDevice => $"c {entry.Path} {device}",
            FileType.BlockDevice => $"b {entry.Path} {device}",
            _ => $"p {entry.Path}",
        };
    }
}
