using System.Globalization;
using System.Security.Cryptography;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Testing.Conforming;

/// <summary>Describes a <see cref="FileTree"/>.</summary>
internal static class FileTreeItems
{
    public static IReadOnlyDictionary<string, TreeItem> Read(FileTree tree) =>
        tree.Entries.Select(Describe).ToDictionary(static item => item.Path, StringComparer.Ordinal);

    private static TreeItem Describe(FileTreeEntry entry)
    {
        var inode = entry.Inode;
        var isFile = inode.Type == FileType.RegularFile;
        var content = isFile ? Content(inode) : null;
        return new TreeItem
        {
            Path = entry.Path.ToString(),
            Type = TypeName(inode.Type),
            Mode = Convert.ToString((int)inode.Mode, 8).PadLeft(4, '0'),
            UserId = inode.UserId,
            GroupId = inode.GroupId,
            ModificationTime = inode.ModificationTime.Seconds,
            Size = content?.Length,
            Sha256 = content is null ? null : Convert.ToHexStringLower(SHA256.HashData(content)),
            LinkTarget = inode.Type == FileType.SymbolicLink ? inode.LinkTarget.ToString() : null,
            Device = inode.Type is FileType.CharacterDevice or FileType.BlockDevice ? (inode.DeviceMajor, inode.DeviceMinor) : null,
            ExtendedAttributes = string.Join(' ', inode.ExtendedAttributes.Select(static x => string.Create(CultureInfo.InvariantCulture, $"{x.Name}={Convert.ToHexStringLower(x.Value.Span)}"))),
            Origin = (entry.Origin?.Source, entry.Origin?.Location),
            InodeOf = entry.HardLinkTarget?.Path.ToString(),
            Content = content,
        };
    }

    private static byte[] Content(Inode inode)
    {
        var content = new byte[inode.Content.Length];
        inode.Content.Read(0, content);
        return content;
    }

    private static string TypeName(FileType type) => type switch
    {
        FileType.RegularFile => "file",
        FileType.Directory => "dir",
        FileType.SymbolicLink => "symlink",
        FileType.CharacterDevice => "char",
        FileType.BlockDevice => "block",
        _ => "fifo",
    };
}
