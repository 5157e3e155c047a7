using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ReproBuild;
using ReproBuild.Core.FileSystem;

namespace CustomOutputFormat;

/// <summary>The line of one entry: its path, then keywords in a fixed order.</summary>
internal static class MtreeLine
{
    public static string Of(FileTreeEntry entry)
    {
        var inode = entry.Inode;
        var line = new StringBuilder("./").Append(Encode(entry.Path));
        Append(line, $" type={TypeName(inode.Type)} mode={Convert.ToString((int)inode.Mode, 8).PadLeft(4, '0')} uid={inode.UserId} gid={inode.GroupId}");
        Append(line, $" nlink={entry.LinkCount} time={inode.ModificationTime.Seconds}.{inode.ModificationTime.Nanoseconds:D9}");
        switch (inode.Type)
        {
            case FileType.RegularFile:
                Append(line, $" size={inode.Content.Length} sha256digest={Sha256(inode.Content)}");
                break;
            case FileType.SymbolicLink:
                line.Append(" link=").Append(Encode(inode.LinkTarget));
                break;
            case FileType.CharacterDevice or FileType.BlockDevice:
                Append(line, $" device=native,{inode.DeviceMajor},{inode.DeviceMinor}");
                break;
        }

        return line.Append('\n').ToString();
    }

    private static void Append(StringBuilder line, FormattableString text) => line.Append(text.ToString(CultureInfo.InvariantCulture));

    private static string Sha256(FileContent content)
    {
        using var stream = content.OpenRead();
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Letters, digits and a few marks as they are, every other byte as a backslash and three octal digits (vis(3), VIS_OCTAL).</summary>
    private static string Encode(ByteString path)
    {
        var text = new StringBuilder(path.Length);
        foreach (var value in path.Span)
        {
            if (char.IsAsciiLetterOrDigit((char)value) || "/._-+,:@%".Contains((char)value, StringComparison.Ordinal))
            {
                text.Append((char)value);
            }
            else
            {
                text.Append('\\').Append(Convert.ToString(value, 8).PadLeft(3, '0'));
            }
        }

        return text.ToString();
    }

    private static string TypeName(FileType type) => type switch
    {
        FileType.Directory => "dir",
        FileType.SymbolicLink => "link",
        FileType.CharacterDevice => "char",
        FileType.BlockDevice => "block",
        FileType.Fifo => "fifo",
        _ => "file",
    };
}
