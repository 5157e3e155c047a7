using System.Collections.Immutable;

namespace ReproBuild.Core.Tar;

/// <summary>The keywords of PAX records that become properties of entries.</summary>
internal static class PaxKeywords
{
    public static readonly ByteString Path = "path";
    public static readonly ByteString LinkPath = "linkpath";
    public static readonly ByteString Size = "size";
    public static readonly ByteString UserId = "uid";
    public static readonly ByteString GroupId = "gid";
    public static readonly ByteString UserName = "uname";
    public static readonly ByteString GroupName = "gname";
    public static readonly ByteString ModificationTime = "mtime";

    /// <summary>POSIX.1-2017, pax: the encoding of names; <see cref="Binary"/> says that they are bytes without one.</summary>
    public static readonly ByteString HeaderCharset = "hdrcharset";

    public static readonly ByteString Binary = "BINARY";

    /// <summary>star's records for device numbers that do not fit into a header field.</summary>
    public static readonly ByteString DeviceMajor = "SCHILY.devmajor";

    public static readonly ByteString DeviceMinor = "SCHILY.devminor";

    private static readonly ImmutableArray<ByteString> Own =
        [Path, LinkPath, Size, UserId, GroupId, UserName, GroupName, ModificationTime, HeaderCharset, DeviceMajor, DeviceMinor];

    private static readonly HashSet<ByteString> Times = ["atime", "ctime"];

    private static readonly HashSet<ByteString> Host =
        ["atime", "ctime", "LIBARCHIVE.creationtime", "SCHILY.dev", "SCHILY.ino", "SCHILY.nlink"];

    /// <summary>Whether the record's value is in a property of <see cref="TarEntry"/>.</summary>
    public static bool HasProperty(ReadOnlySpan<byte> keyword)
    {
        foreach (var own in Own)
        {
            if (keyword.SequenceEqual(own.Span))
            {
                return true;
            }
        }

        return PaxXattr.IsXattr(keyword) || keyword.StartsWith("GNU.sparse."u8);
    }

    /// <summary>The times of access and of the inode's change: they say when someone looked, not what the file is.</summary>
    public static bool IsAccessOrChangeTime(ByteString keyword) => Times.Contains(keyword);

    /// <summary>Whether the record describes the file system that the archive was made from, not the file.</summary>
    public static bool DescribesHost(ByteString keyword) => Host.Contains(keyword);
}
