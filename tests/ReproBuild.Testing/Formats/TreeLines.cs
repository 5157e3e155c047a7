using System.Security.Cryptography;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Testing.Formats;

/// <summary>A tree as text, a line an entry: path, type, mode, owner, time in seconds, content, first name of a hard link.</summary>
/// <remarks>Paths and targets are hexadecimal. The mode of a symbolic link is 0, and its hard links do not show: readers differ there.</remarks>
public static class TreeLines
{
    /// <summary>The lines, in tree order.</summary>
    public static string[] Of(FileTree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return [.. tree.Entries.Select(Line)];
    }

    /// <summary>The lines, without the times of the given types, which some readers do not restore.</summary>
    public static IEnumerable<string> WithoutTimes(IEnumerable<string> lines, IReadOnlyCollection<string> kinds) => lines.Select(line =>
    {
        var fields = line.Split('|');
        fields[4] = kinds.Contains(fields[1]) ? "" : fields[4];
        return string.Join('|', fields);
    });

    private static string Line(FileTreeEntry entry)
    {
        var inode = entry.Inode;
        var isLink = inode.Type == FileType.SymbolicLink;
        return string.Join('|',
            Hex(entry.Path),
            Kind(inode.Type),
            Convert.ToString(isLink ? 0 : (int)inode.Mode, 8),
            $"{inode.UserId}:{inode.GroupId}",
            inode.ModificationTime.Seconds,
            Detail(inode),
            entry.HardLinkTarget is { } first && !isLink ? Hex(first.Path) : "");
    }

    private static string Detail(Inode inode) => inode.Type switch
    {
        FileType.RegularFile => $"{inode.Content.Length} {Convert.ToHexStringLower(SHA256.HashData(inode.Content.OpenRead()))}",
        FileType.SymbolicLink => Hex(inode.LinkTarget),
        FileType.CharacterDevice or FileType.BlockDevice => $"{inode.DeviceMajor}:{inode.DeviceMinor}",
        _ => "",
    };

    private static string Kind(FileType type) => type switch
    {
        FileType.RegularFile => "file",
        FileType.Directory => "dir",
        FileType.SymbolicLink => "link",
        FileType.CharacterDevice => "char",
        FileType.BlockDevice => "block",
        _ => "fifo",
    };

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);
}
