using ReproBuild.Core.FileSystem;

namespace ReproBuild.Testing.Formats;

/// <summary>A small tree with one of everything.</summary>
public static class SampleTree
{
    private const long Time = 1492533000;

    /// <summary>Directories, files, links of both kinds, devices, a pipe, odd modes, owners, times and names.</summary>
    public static FileTree Create()
    {
        var builder = new FileTreeBuilder();
        AddFiles(builder);
        AddLinks(builder);
        AddSpecialFiles(builder);
        return builder.Build();
    }

    /// <summary>A tree of a test's own entries; parents that it leaves out are directories like <see cref="Directory"/>'s.</summary>
    public static FileTree Of(params IEnumerable<(ByteString Path, Inode Inode)> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var builder = new FileTreeBuilder(Directory());
        foreach (var (path, inode) in entries)
        {
            builder.Add(path, inode, implicitParent: Directory());
        }

        return builder.Build();
    }

    /// <summary>A regular file.</summary>
    public static Inode File(ReadOnlyMemory<byte> content, UnixFileMode mode = (UnixFileMode)0b110_100_100, uint owner = 0, long time = Time) =>
        File(FileContent.FromBytes(content), mode, owner, time);

    /// <summary>A regular file.</summary>
    public static Inode File(FileContent content, UnixFileMode mode = (UnixFileMode)0b110_100_100, uint owner = 0, long time = Time) => new()
    {
        Type = FileType.RegularFile,
        Mode = mode,
        UserId = owner,
        GroupId = owner,
        ModificationTime = new FileTime(time),
        Content = content,
    };

    /// <summary>A directory.</summary>
    public static Inode Directory(UnixFileMode mode = (UnixFileMode)0b111_101_101, uint owner = 0) => new()
    {
        Type = FileType.Directory,
        Mode = mode,
        UserId = owner,
        GroupId = owner,
        ModificationTime = new FileTime(Time),
    };

    /// <summary>A symbolic link.</summary>
    public static Inode SymbolicLink(ByteString target) => new()
    {
        Type = FileType.SymbolicLink,
        Mode = (UnixFileMode)0b111_111_111,
        ModificationTime = new FileTime(Time),
        LinkTarget = target,
    };

    private static void AddFiles(FileTreeBuilder builder)
    {
        builder.Add("bin", Directory());
        builder.Add("bin/su", File("setuid"u8.ToArray(), mode: (UnixFileMode)0b100_111_101_101));
        builder.Add("bin/sh", File(Pattern(70_001), mode: (UnixFileMode)0b111_101_101, owner: 1000));
        builder.Add("etc", Directory());
        builder.Add("etc/empty", File(ReadOnlyMemory<byte>.Empty, mode: (UnixFileMode)0b110_000_000));
        builder.Add("etc/old", File("old"u8.ToArray(), time: 1));
        builder.Add("etc/a-b", File("sorts after the directory a in path bytes, before it in components"u8.ToArray()));
        builder.Add("etc/a", Directory(mode: (UnixFileMode)0b111_000_000, owner: 65534));
        builder.Add("etc/a/b", File("b"u8.ToArray(), owner: 4_000_000_000));
        builder.Add("tmp", Directory(mode: (UnixFileMode)0b001_111_111_111));
        builder.Add(new ByteString([(byte)'n', 0xFF, 0xFE, (byte)'\n']), File("not UTF-8"u8.ToArray()));
        builder.Add(new string('d', 120), Directory());
        builder.Add(new string('d', 120) + "/" + new string('f', 200), File("long name"u8.ToArray()));
    }

    private static void AddLinks(FileTreeBuilder builder)
    {
        var shared = File(Pattern(5000), mode: (UnixFileMode)0b110_110_100);
        builder.Add("lib", Directory());
        builder.Add("lib/first", shared);
        builder.Add("lib/second", shared);
        builder.Add("zz-third", shared);
        var emptyShared = File(ReadOnlyMemory<byte>.Empty);
        builder.Add("lib/empty1", emptyShared);
        builder.Add("lib/empty2", emptyShared);
        var link = SymbolicLink("../bin/sh");
        builder.Add("lib/link", link);
        builder.Add("lib/link-again", link);
        builder.Add("lib/absolute", SymbolicLink("/run/resolvconf/resolv.conf"));
        builder.Add("lib/long", SymbolicLink(new string('t', 300)));
    }

    private static void AddSpecialFiles(FileTreeBuilder builder)
    {
        builder.Add("dev", Directory());
        builder.Add("dev/console", Device(FileType.CharacterDevice, 5, 1));
        builder.Add("dev/loop300", Device(FileType.BlockDevice, 7, 300));
        builder.Add("dev/pipe", Device(FileType.Fifo, 0, 0));
    }

    /// <summary>A device, or a pipe or socket, whose numbers are 0.</summary>
    public static Inode Device(FileType type, uint major, uint minor) => new()
    {
        Type = type,
        Mode = (UnixFileMode)0b110_000_000,
        ModificationTime = new FileTime(Time),
        DeviceMajor = major,
        DeviceMinor = minor,
    };

    private static byte[] Pattern(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
        {
            bytes[i] = (byte)(((i * 7) ^ (i >> 8)) & 0xFF);
        }

        return bytes;
    }
}
