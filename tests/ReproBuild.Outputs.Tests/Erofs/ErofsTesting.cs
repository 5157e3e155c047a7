using ReproBuild.Core;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Erofs;
using ReproBuild.Testing.Formats;

namespace ReproBuild.Outputs.Tests.Erofs;

/// <summary>Trees and images for the tests.</summary>
internal static class ErofsTesting
{
    public static ErofsOptions Options { get; } = new() { Uuid = new Guid("01234567-89ab-8def-8123-456789abcdef") };

    public static FileContent Create(FileTree tree) => ErofsImage.Create(tree, Options);

    public static FileTree Tree(params IEnumerable<(ByteString Path, Inode Inode)> entries)
    {
        var builder = new FileTreeBuilder(SampleTree.Directory());
        foreach (var (path, inode) in entries)
        {
            builder.Add(path, inode, implicitParent: SampleTree.Directory());
        }

        return builder.Build();
    }

    public static Inode File(byte[] content) => SampleTree.File(content);

    public static Inode File(FileContent content) => new()
    {
        Type = FileType.RegularFile, Mode = 0b110_100_100, ModificationTime = new FileTime(1492533000), Content = content,
    };

    public static Inode WithAttributes(FileType type, params (ByteString Name, ByteString Value)[] attributes) => new()
    {
        Type = type,
        Mode = 0b111_101_101,
        ModificationTime = new FileTime(1492533000),
        LinkTarget = type == FileType.SymbolicLink ? "somewhere" : ByteString.Empty,
        ExtendedAttributes = [.. attributes.Select(static a => new ExtendedAttribute(a.Name, a.Value)).OrderBy(static a => a.Name)],
    };

    /// <summary>Bytes that tell their place.</summary>
    public static byte[] Pattern(int count, int seed = 0) => [.. Enumerable.Range(seed, count).Select(static i => unchecked((byte)((i * 7) ^ (i >> 8))))];

    /// <summary>A file of each size around the borders of blocks, where data goes behind the inode or does not.</summary>
    public static FileTree Tails() => Tree(
        new[] { 0, 1, 2, 31, 32, 33 }.Concat(Enumerable.Range(4000, 101)).Concat([8191, 8192, 8193, 8192 + 4032, 8192 + 4033, 3 * 4096])
            .Select(static size => ((ByteString)$"d/size-{size:D5}", File(Pattern(size, size)))));

    /// <summary>One of everything, and what only a file system holds: attributes, times to the nanosecond, files and holes of many sizes.</summary>
    public static FileTree Everything()
    {
        var builder = new FileTreeBuilder(SampleTree.Directory(mode: 0b111_101_000, owner: 70_000));
        builder.AddTree("", SampleTree.Create());
        builder.AddTree("", Tails(), implicitParent: SampleTree.Directory());
        builder.Add("attributes", WithAttributes(FileType.Directory, ("trusted.overlay.opaque", "y"), ("user.note", "dir")));
        builder.Add("attributes/file", WithAttributes(FileType.RegularFile, ("security.test", "s"), ("user.empty", ByteString.Empty), ("user.note", "file")));
        builder.Add("attributes/link", WithAttributes(FileType.SymbolicLink, ("trusted.link", "l")));
        builder.Add("attributes/large", WithAttributes(FileType.RegularFile, ("user.a", new string('a', 5000)), ("user.b", new string('b', 3000))));
        builder.Add("attributes/large-link", WithAttributes(FileType.SymbolicLink, ("trusted.large", new string('l', 4060)), ("trusted.v", "v")));
        builder.Add("sparse", File(new FileContentBuilder().AppendZeros(1 << 20).Append(Pattern(10)).AppendZeros(70_001).Build()));
        builder.Add("hole", File(new FileContentBuilder().AppendZeros(100).Build()));
        builder.Add("target-4095", SampleTree.SymbolicLink(new string('t', 4095)));
        builder.Add("before-1970", new Inode { Type = FileType.RegularFile, Mode = 0, ModificationTime = new FileTime(-86_400, 999_999_999) });
        builder.Add("after-2106", new Inode { Type = FileType.RegularFile, Mode = 0, ModificationTime = new FileTime(5_000_000_000) });
        builder.Add("largest-device", new Inode { Type = FileType.CharacterDevice, Mode = 0, DeviceMajor = 4095, DeviceMinor = 1_048_575 });
        return builder.Build();
    }
}
