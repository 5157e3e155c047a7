using CsCheck;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Testing.Randomized;

/// <summary>Makes random trees: small, and full of what formats trip over.</summary>
public static class RandomTrees
{
    private const int MaxFiles = 9;

    private static readonly Gen<byte> NameByte = Gen.Byte.Where(static b => b is not (0 or (byte)'/'));

    /// <summary>Sizes around the blocks of each format.</summary>
    private static readonly Gen<int> Size = Gen.Frequency(
        (20, Gen.Int[0, 40]),
        (20, Gen.OneOf(511, 512, 513, 2047, 2048, 2049, 4095, 4096, 4097, 8191, 8192, 8193)),
        (3, Gen.Int[0, 20_000]),
        (1, Gen.OneOf(65535, 65536, 65537)));

    public static Gen<RandomContent[]> Content { get; } = Gen.Frequency(
        (1, Gen.Const(Array.Empty<RandomContent>())),
        (5, Gen.Select(Gen.Enum<RandomStyle>(), Size, Gen.Int[0, 3], static (style, size, seed) => new RandomContent(style, size, seed)).Array[1, 3]));

    private static readonly Gen<ByteString> AnyName = Gen.Frequency(
        (6, Gen.OneOf<string>("a", "b", "c", "A", "a.b", "a-b", "a b", ".a", "ab", "aa", "a0").Select(static n => (ByteString)n)),
        (2, Bytes(NameByte, 1, 12)),
        (1, Bytes(NameByte, 250, 255)),
        (1, Gen.OneOf<string>("...", " ", "\n", "é", "😀", ".wh.a", "con", "a;1", "%", "=", "\\", "a.", "a~1", new string('x', 255))
            .Select(static n => (ByteString)n))).Where(static n => n != "." && n != "..");

    private static readonly Gen<ByteString> PlainName = Gen.Frequency(
        (5, Gen.OneOf("a", "b", "A", "a.b", "a b", "ab", "abcdefgh.txt", "abcdefghi.txt", "abcdefghj.text", "ABCDEFGH.TXT", "a~1", "ABCDEF~1.TXT")),
        (3, Gen.Char["abAB09 .-_~+,;=[]éß名"].Array[1, 14].Select(static c => new string(c))),
        (1, Gen.Int[230, 255].Select(static n => new string('y', n))),
        (1, Gen.OneOf("😀", ".a", "...a", "con", "ıİ", "é", "É", "+,;=[]")))
        .Where(static n => n[^1] is not (' ' or '.')).Select(static n => (ByteString)n);

    private static readonly Gen<uint> Owner = Gen.Frequency(
        (3, Gen.OneOf(0u, 1u, 1000u)),
        (1, Gen.OneOf(65535u, 65536u, 2097151u, 2097152u, 0x7fff_ffffu, 0x8000_0000u, uint.MaxValue)),
        (1, Gen.UInt));

    /// <summary>Usual times, the first and the last of every field that holds one and their neighbours, and any other.</summary>
    private static readonly Gen<FileTime> Time = Gen.Select(
        Gen.Frequency(
            (3, Gen.OneOf(0L, 1492533000, 1700000001)),
            (3, Gen.Select(
                Gen.OneOf(0L, 1, 0x7fff_ffff, uint.MaxValue, 0x1_ffff_ffff, 315532800, 4354819199, -2208988800, 5869583999, -62135596800, 253402300799),
                Gen.Long[-1, 1], static (edge, near) => edge + near)),
            (1, Gen.Long[-100_000_000_000, 300_000_000_000]),
            (1, Gen.OneOf(long.MinValue, long.MaxValue))),
        Gen.Frequency((2, Gen.Const(0)), (1, Gen.OneOf(1, 9_999_999, 10_000_000, 500_000_000, 999_999_999)), (1, Gen.Int[0, 999_999_999])),
        static (seconds, nanoseconds) => new FileTime(seconds, nanoseconds));

    private static readonly Gen<ByteString> Target = Gen.Frequency(
        (4, Gen.OneOf("a", "/", ".", "..", "../a", "/a//b/", "./a/../b", "a/").Select(static t => (ByteString)t)),
        (2, Bytes(Gen.Byte.Where(static b => b != 0), 1, 30)),
        (1, Gen.OneOf(240, 255, 256, 1024, 4095).Select(static n => (ByteString)new string('t', n))));

    private static readonly Gen<(ByteString Name, ByteString Value)> Attribute = Gen.Select(
        Gen.OneOf<string>("user.", "trusted.", "security.", "system.", "user.long.", "system.posix_acl_access", "system.posix_acl_default", "other"),
        Bytes(Gen.Frequency((3, Gen.Byte[(byte)'a', (byte)'c']), (1, Gen.Byte[1, 255])), 1, 4),
        Gen.Frequency((5, Bytes(Gen.Byte, 0, 12)), (1, Bytes(Gen.Byte, 60, 300))),
        static (prefix, suffix, value) => (prefix.StartsWith("system.p", StringComparison.Ordinal) ? (ByteString)prefix : ByteString.Concat(prefix, suffix), value));

    private static readonly Gen<(ByteString Name, ByteString Value)[]> Attributes = Gen.Frequency(
        (3, Gen.Const(Array.Empty<(ByteString, ByteString)>())),
        (1, Attribute.Array[1, 3].Select(static a => a.DistinctBy(static x => x.Name).OrderBy(static x => x.Name).ToArray())));

    private static readonly Gen<uint> Major = Gen.OneOf(0u, 1u, 5u, 255u, 256u, 4095u);

    private static readonly Gen<uint> Minor = Gen.OneOf(0u, 1u, 3u, 255u, 256u, 300u, 65535u, 65536u, 0xf_ffffu);

    private static readonly Gen<FileType> AnyType = Gen.Frequency(
        (8, Gen.Const(FileType.RegularFile)),
        (5, Gen.Const(FileType.Directory)),
        (2, Gen.Const(FileType.SymbolicLink)),
        (1, Gen.OneOf(FileType.CharacterDevice, FileType.BlockDevice, FileType.Fifo)));

    private static readonly Gen<FileType> PlainType = Gen.Frequency((3, Gen.Const(FileType.RegularFile)), (2, Gen.Const(FileType.Directory)));

    /// <summary>Names of any bytes, every type of file.</summary>
    public static Gen<RandomTree> Any { get; } = Trees(AnyName, AnyType, nameKey: null);

    /// <summary>Directories and regular files, whose names are text and differ by more than the case of their letters.</summary>
    public static Gen<RandomTree> Plain { get; } = Trees(PlainName, PlainType, static name => name.ToString().ToUpperInvariant());

    private static Gen<ByteString> Bytes(Gen<byte> value, int least, int most) => value.Array[least, most].Select(static b => new ByteString(b));

    private static Gen<RandomTree> Trees(Gen<ByteString> names, Gen<FileType> types, Func<ByteString, ByteString>? nameKey)
    {
        var mode = Gen.Frequency((2, Gen.OneOf(0b110_100_100, 0b111_101_101)), (1, Gen.OneOf(0, 0xfff, 0xe00)), (1, Gen.Int[0, 0xfff]));
        var places = Gen.Select(Gen.Int[0, 60], names, types, Gen.Int[0, 60]);
        var metadata = Gen.Select(mode, Owner, Owner, Time, Attributes);
        var details = Gen.Select(Content, Target, Major, Minor);
        var files = Gen.Select(places, metadata, details, Create);
        var roots = Gen.Select(Gen.Select(Gen.Int[0, 60], names, Gen.Const(FileType.Directory), Gen.Int[0, 60]), metadata, details, Create);
        return Gen.Select(roots, files.Array[0, MaxFiles], (root, list) => new RandomTree(root, list, nameKey));
    }

    private static RandomFile Create(
        (int Parent, ByteString Name, FileType Type, int Link) place,
        (int Mode, uint User, uint Group, FileTime Time, (ByteString, ByteString)[] Attributes) data,
        (RandomContent[] Content, ByteString Target, uint Major, uint Minor) detail)
    {
        var isDevice = place.Type is FileType.CharacterDevice or FileType.BlockDevice;
        return new RandomFile
        {
            Parent = place.Parent,
            Name = place.Name,
            Type = place.Type,
            Link = place.Link,
            Mode = data.Mode,
            UserId = data.User,
            GroupId = data.Group,
            Time = data.Time,
            Attributes = data.Attributes,
            Content = place.Type == FileType.RegularFile ? detail.Content : [],
            Target = place.Type == FileType.SymbolicLink ? detail.Target : ByteString.Empty,
            DeviceMajor = isDevice ? detail.Major : 0,
            DeviceMinor = isDevice ? detail.Minor : 0,
        };
    }
}
