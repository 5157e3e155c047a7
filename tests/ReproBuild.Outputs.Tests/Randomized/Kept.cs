using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.Randomized;

namespace ReproBuild.Outputs.Tests.Randomized;

/// <summary>What each format keeps of a file: the table of docs/formats.md, "What is lost".</summary>
internal static class Kept
{
    private static readonly ByteString[] Namespaces = ["user.", "trusted.", "security."];
    private static readonly ByteString[] PosixAcls = ["system.posix_acl_access", "system.posix_acl_default"];

    /// <summary>Everything; there is no entry for the root.</summary>
    public static SeenFile? ByTar(SeenFile file) => file.Path.IsEmpty ? null : file;

    /// <summary>Whole seconds from 1970 to 2106, no attributes; there is no entry for the root.</summary>
    public static SeenFile? ByCpio(SeenFile file) => file.Path.IsEmpty ? null : file with
    {
        Time = Whole(Nearest(file.Time, new FileTime(0), new FileTime(uint.MaxValue))),
        Attributes = [],
    };

    /// <summary>Whole seconds from 1900 to 2155, hundredths in the years 1 to 9999 around them, no attributes.</summary>
    public static SeenFile? ByIso(SeenFile file)
    {
        var time = Nearest(file.Time, Date(1, 1, 1), new FileTime(Date(9999, 12, 31).Seconds + 86399, 990_000_000));
        var isShort = time.Seconds >= Date(1900, 1, 1).Seconds && time.Seconds < Date(2156, 1, 1).Seconds;
        return file with
        {
            Time = isShort ? Whole(time) : new FileTime(time.Seconds, time.Nanoseconds / 10_000_000 * 10_000_000),
            Attributes = [],
        };
    }

    /// <summary>Linux would read another device.</summary>
    public static bool IsRefusedByIso(SeenFile file) => file is { DeviceMajor: 0, DeviceMinor: > 255 };

    /// <summary>Whole seconds from 1970 to 2106, and attributes of three namespaces.</summary>
    public static SeenFile? BySquashFs(SeenFile file) => file with
    {
        Time = Whole(Nearest(file.Time, new FileTime(0), new FileTime(uint.MaxValue))),
        Attributes = [.. file.Attributes.Where(static a => IsInNamespace(a.Name))],
    };

    /// <summary>All times, attributes of three namespaces, and POSIX ACLs.</summary>
    public static SeenFile? ByErofs(SeenFile file) => file with
    {
        Attributes = [.. file.Attributes.Where(static a => IsInNamespace(a.Name) || PosixAcls.Contains(a.Name))],
    };

    /// <summary>Even seconds from 1980 to 2107; each name is a file of its own. The root has no time.</summary>
    public static SeenFile? ByFat(SeenFile file) => file.Path.IsEmpty ? null : new SeenFile(file.Path, file.Type)
    {
        Time = new FileTime(Nearest(file.Time, Date(1980, 1, 1), new FileTime(Date(2108, 1, 1).Seconds - 1)).Seconds & ~1L),
        Content = file.Content,
    };

    private static FileTime Date(int year, int month, int day) =>
        new(new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds());

    private static FileTime Nearest(FileTime time, FileTime first, FileTime last) => time < first ? first : time > last ? last : time;

    private static FileTime Whole(FileTime time) => new(time.Seconds);

    private static bool IsInNamespace(ByteString name) => Array.Exists(Namespaces, prefix => name.Span.StartsWith(prefix.Span));
}
