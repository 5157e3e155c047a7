using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Tests.Erofs;
using ReproBuild.Outputs.Tests.Fat;
using ReproBuild.Outputs.Tests.Initrd;
using ReproBuild.Outputs.Tests.Iso9660;
using ReproBuild.Outputs.Tests.SquashFs;
using ReproBuild.Testing.Conforming;
using ReproBuild.Testing.Randomized;

namespace ReproBuild.Outputs.Tests.Randomized;

/// <summary>What the readers that were written from the specifications see in an image.</summary>
internal static class SeenInImages
{
    public static IEnumerable<SeenFile> OfTar(FileContent image)
    {
        var files = new Dictionary<ByteString, SeenFile>();
        foreach (var member in PlainTarReader.Read(Bytes(image)))
        {
            var path = new ByteString(member.Name.Span.TrimEnd((byte)'/'));
            files.Add(path, member.Flag == '1' ? files[member.LinkName] with { Path = path } : new SeenFile(path, TypeOf(member.Flag))
            {
                Mode = (uint)member.Mode,
                UserId = checked((uint)member.UserId),
                GroupId = checked((uint)member.GroupId),
                Time = new FileTime(member.ModificationTime, member.Nanoseconds),
                Content = member.Content,
                Target = member.Flag == '2' ? member.LinkName : ByteString.Empty,
                DeviceMajor = (uint)member.DeviceMajor,
                DeviceMinor = (uint)member.DeviceMinor,
                Attributes = [.. TarAttributes(member)],
                Identity = path,
            });
        }

        return files.Values;
    }

    /// <summary>The data of hard links is with the last name.</summary>
    public static IEnumerable<SeenFile> OfCpio(FileContent image)
    {
        var entries = CpioReader.Read(Bytes(image));

        // What has one name has no number that matters.
        var identities = entries.Select(static (entry, index) => entry.Fields[4] > 1 ? entry.Inode : uint.MaxValue + 1UL + (ulong)index).ToList();
        var last = entries.Zip(identities).GroupBy(static e => e.Second).ToDictionary(static g => g.Key, static g => g.Last().First);
        return entries.Select((entry, index) => new SeenFile(entry.Name, TypeOf(entry.Type))
        {
            Mode = entry.Mode & 0xfff,
            UserId = entry.Fields[2],
            GroupId = entry.Fields[3],
            Time = new FileTime(entry.Fields[5]),
            Content = entry.Type == 8 ? last[identities[index]].Data : default,
            Target = entry.Type == 10 ? new ByteString(entry.Data) : ByteString.Empty,
            DeviceMajor = entry.Fields[9],
            DeviceMinor = entry.Fields[10],
            Identity = identities[index],
        });
    }

    public static IEnumerable<SeenFile> OfIso(FileContent image)
    {
        var reader = new IsoReader(image);
        return reader.Records.Prepend(reader.Root! with { Path = "" }).Select(record =>
        {
            var use = record.SystemUse;
            var type = TypeOf(use.Mode >> 12);

            // Linux: the whole number is in the low half unless that would be a minor number alone (fs/isofs/rock.c).
            var (high, low) = use.Device;
            var isJoined = high == 0 && (low & ~0xffu) != 0;
            return new SeenFile(new ByteString(Encoding.Latin1.GetBytes(record.Path)), type)
            {
                Mode = use.Mode & 0xfff,
                UserId = use.UserId,
                GroupId = use.GroupId,
                Time = use.Time,
                Content = type == FileType.RegularFile ? reader.Content(record) : default,
                Target = new ByteString([.. use.Target]),
                DeviceMajor = isJoined ? low >> 8 : high,
                DeviceMinor = isJoined ? low & 0xff : low,
                Identity = type == FileType.Directory ? null : use.SerialNumber,
            };
        });
    }

    public static IEnumerable<SeenFile> OfSquashFs(FileContent image)
    {
        var reader = new SquashFsReader(image);
        var ids = reader.Ids;
        return Walk(ByteString.Empty, reader.Root, inode => inode.IsDirectory ? reader.Children(inode) : []).Select(file =>
        {
            var (path, inode) = file;
            var type = inode.IsDirectory ? FileType.Directory : TypeOf(new uint[] { 8, 10, 6, 2, 1 }[(inode["type"] - 2) % 7]);
            var device = type is FileType.CharacterDevice or FileType.BlockDevice ? (uint)inode["device number"] : 0;
            return new SeenFile(path, type)
            {
                Mode = (uint)inode["permissions"],
                UserId = ids[inode["uid"]],
                GroupId = ids[inode["gid"]],
                Time = new FileTime((long)inode["mtime"]),
                Content = type == FileType.RegularFile ? reader.ReadFile(inode) : default,
                Target = inode.Target,
                DeviceMajor = MajorOf(device),
                DeviceMinor = MinorOf(device),
                Attributes = inode.Fields.Exists(static f => f.Name == "xattr index" && f.Value != uint.MaxValue)
                    ? [.. reader.Xattrs(inode).Select(static x => (x.Name, new ByteString(x.Value)))] : [],
                Identity = inode["inode number"],
            };
        });
    }

    public static IEnumerable<SeenFile> OfErofs(FileContent image)
    {
        var reader = new ErofsReader(image);
        return Walk(ByteString.Empty, reader.Root, inode => inode.Type == 4 ? Children(inode) : []).Select(file =>
        {
            var (path, inode) = file;
            var type = TypeOf((uint)inode.Type);
            var device = type is FileType.CharacterDevice or FileType.BlockDevice ? (uint)inode["i_u"] : 0;
            return new SeenFile(path, type)
            {
                Mode = (uint)inode["i_mode"] & 0xfff,
                UserId = (uint)inode["i_uid"],
                GroupId = (uint)inode["i_gid"],
                Time = inode.IsExtended ? new FileTime(inode["i_mtime"], (int)inode["i_mtime_nsec"]) : new FileTime(reader["build_time"], (int)reader["build_time_nsec"]),
                Content = type == FileType.RegularFile ? reader.ReadData(inode) : default,
                Target = type == FileType.SymbolicLink ? new ByteString(reader.ReadData(inode)) : ByteString.Empty,
                DeviceMajor = MajorOf(device),
                DeviceMinor = MinorOf(device),
                Attributes = [.. reader.ReadAttributes(inode).Select(static a => (ByteString.Concat(ErofsPrefix(a.Index), a.Name), a.Value))],
                Identity = inode.Nid,
            };
        });

        IEnumerable<(ByteString, ErofsInode)> Children(ErofsInode inode)
        {
            var entries = reader.ReadDirectory(inode);
            Assert.Equal(entries.Select(static e => e.Name).Order(), entries.Select(static e => e.Name));
            return entries.Where(static e => e.Name != "." && e.Name != "..").Select(e => (e.Name, reader.ReadInode(e.Nid)));
        }
    }

    public static IEnumerable<SeenFile> OfFat(FileContent image) => new FatReader(Bytes(image)).Files;

    public static byte[] Bytes(FileContent content)
    {
        var bytes = new byte[content.Length];
        Assert.Equal(bytes.Length, content.Read(0, bytes));
        return bytes;
    }

    private static IEnumerable<(ByteString Path, T Inode)> Walk<T>(ByteString path, T inode, Func<T, IEnumerable<(ByteString Name, T Inode)>> children) =>
        children(inode).SelectMany(child => Walk(path.IsEmpty ? child.Name : ByteString.Concat(path, "/", child.Name), child.Inode, children)).Prepend((path, inode));

    /// <summary>GNU tar writes <c>%</c> and <c>=</c> of an attribute's name as <c>%25</c> and <c>%3D</c> (xheader.c, xattr_encode_keyword).</summary>
    private static IEnumerable<(ByteString, ByteString)> TarAttributes(PlainTarMember member)
    {
        const string Prefix = "SCHILY.xattr.";
        return member.Records.Where(static r => r.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(static r => (new ByteString(Encoding.Latin1.GetBytes(
                r.Key[Prefix.Length..].Replace("%3D", "=", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal))), new ByteString(r.Value)));
    }

    private static FileType TypeOf(char flag) => flag switch
    {
        '0' => FileType.RegularFile,
        '2' => FileType.SymbolicLink,
        '3' => FileType.CharacterDevice,
        '4' => FileType.BlockDevice,
        '5' => FileType.Directory,
        '6' => FileType.Fifo,
        _ => throw new InvalidDataException($"There is an entry of type '{flag}'."),
    };

    /// <summary>The type as the upper bits of a mode have it (inode(7)).</summary>
    private static FileType TypeOf(uint mode) => mode switch
    {
        1 => FileType.Fifo,
        2 => FileType.CharacterDevice,
        4 => FileType.Directory,
        6 => FileType.BlockDevice,
        8 => FileType.RegularFile,
        10 => FileType.SymbolicLink,
        _ => throw new InvalidDataException($"There is a mode of type {mode}."),
    };

    // As Linux packs a device number into 32 bits (include/linux/kdev_t.h, new_encode_dev).
    private static uint MajorOf(uint device) => (device >> 8) & 0xfff;

    private static uint MinorOf(uint device) => (device & 0xff) | ((device >> 12) & 0xfff00);

    // Linux, fs/erofs/erofs_fs.h: EROFS_XATTR_INDEX_*.
    private static ByteString ErofsPrefix(byte index) => index switch
    {
        1 => "user.",
        2 => "system.posix_acl_access",
        3 => "system.posix_acl_default",
        4 => "trusted.",
        6 => "security.",
        _ => throw new InvalidDataException($"There is an attribute with the prefix {index}."),
    };
}
