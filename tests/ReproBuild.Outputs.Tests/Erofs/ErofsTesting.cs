using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Erofs;
using ReproBuild.Testing.Formats;

namespace ReproBuild.Outputs.Tests.Erofs;

/// <summary>Trees and images for the tests.</summary>
internal static class ErofsTesting
{
    public static ErofsOptions Options { get; } = new() { Uuid = new Guid("01234567-89ab-8def-8123-456789abcdef") };

    public static FileContent Create(FileTree tree) => ErofsImage.Create(tree, Options);

    /// <summary>The options with LZ4.</summary>
    public static ErofsOptions Lz4 { get; } = With(ErofsCompression.Lz4);

    public static ErofsOptions With(ErofsCompression compression, int maxParallelism = 1) =>
        new() { Uuid = Options.Uuid, Compression = compression, MaxParallelism = maxParallelism };

    public static FileTree Tree(params IEnumerable<(ByteString Path, Inode Inode)> entries) => SampleTree.Of(entries);

    public static Inode File(byte[] content) => SampleTree.File(content);

    public static Inode File(FileContent content) => SampleTree.File(content);

    public static Inode WithAttributes(FileType type, params (ByteString Name, ByteString Value)[] attributes) => new()
    {
        Type = type,
        Mode = (UnixFileMode)0b111_101_101,
        ModificationTime = new FileTime(1492533000),
        LinkTarget = type == FileType.SymbolicLink ? "somewhere" : ByteString.Empty,
        ExtendedAttributes = [.. attributes.Select(static a => new ExtendedAttribute(a.Name, a.Value)).OrderBy(static a => a.Name)],
    };

    public static Inode WithContent(Inode inode, byte[] content) => new()
    {
        Type = inode.Type,
        Mode = inode.Mode,
        ModificationTime = inode.ModificationTime,
        ExtendedAttributes = inode.ExtendedAttributes,
        Content = FileContent.FromBytes(content),
    };

    /// <summary>Bytes that tell their place.</summary>
    public static byte[] Pattern(int count, int seed = 0) => [.. Enumerable.Range(seed, count).Select(static i => unchecked((byte)((i * 7) ^ (i >> 8))))];

    /// <summary>Bytes that do not compress.</summary>
    public static byte[] Noise(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Lines that compress to about half.</summary>
    public static byte[] Text(int count, int seed = 1)
    {
        string[] words = ["inode", "superblock", "cluster", "extent", "the", "of", "and", "descriptor", "digest", "manifest", "layer", "\n", "0x"];
        var random = new Random(seed);
        var text = new StringBuilder();
        while (text.Length < count)
        {
            text.Append(words[random.Next(words.Length)]).Append(random.Next(10) == 0 ? random.Next() : ' ');
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, count));
    }

    /// <summary>Files around every border that compression has: of blocks, of segments, between what shrinks and what does not.</summary>
    public static FileTree Compressible() => Tree(
    [
        .. new[] { 0, 1, 4095, 4096, 4097, 8191, 8192, 8193, 70_000, (2 << 20) - 1, 2 << 20, (2 << 20) + 1, (4 << 20) + 5000 }
            .SelectMany(static size => new (ByteString, Inode)[] { ($"text/{size:D7}", File(Text(size, size))), ($"zeros/{size:D7}", File(new byte[size])) }),
        .. Enumerable.Range(0, 60).Select(static i => ((ByteString)$"mixed/{i:D2}", File([.. Text(5000 + (i * 137), i), .. Noise(i * 211, i), .. new byte[i * 97]]))),
        ("noise", File(Noise(300_000))),
        ("alternating", File([.. Enumerable.Range(0, 400).SelectMany(static i => i % 2 == 0 ? Noise(3000 + (i * 17), i) : Text(9000 - (i * 13), i))])),
        ("zeros-of-10-MB", File(new byte[10_000_000])),
        ("sparse", File(new FileContentBuilder().AppendZeros(5 << 20).Append(Pattern(10)).AppendZeros(70_001).Build())),
        ("attributes", WithContent(WithAttributes(FileType.RegularFile, ("user.note", "odd")), Text(50_000))),
        ("extended", SampleTree.File(Text(60_000), owner: 70_000, time: 1)),
    ]);

    /// <summary>A file of each size around the borders of blocks, where data goes behind the inode or does not.</summary>
    public static FileTree Tails() => Tree(
        new[] { 0, 1, 2, 31, 32, 33 }.Concat(Enumerable.Range(4000, 101)).Concat([8191, 8192, 8193, 8192 + 4032, 8192 + 4033, 3 * 4096])
            .Select(static size => ((ByteString)$"d/size-{size:D5}", File(Pattern(size, size)))));

    /// <summary>One of everything, and what only a file system holds: attributes, times to the nanosecond, files and holes of many sizes.</summary>
    public static FileTree Everything()
    {
        var builder = new FileTreeBuilder(SampleTree.Directory(mode: (UnixFileMode)0b111_101_000, owner: 70_000));
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
        builder.Add("before-1970", new Inode { Type = FileType.RegularFile, Mode = (UnixFileMode)0, ModificationTime = new FileTime(-86_400, 999_999_999) });
        builder.Add("after-2106", new Inode { Type = FileType.RegularFile, Mode = (UnixFileMode)0, ModificationTime = new FileTime(5_000_000_000) });
        builder.Add("largest-device", new Inode { Type = FileType.CharacterDevice, Mode = (UnixFileMode)0, DeviceMajor = 4095, DeviceMinor = 1_048_575 });
        return builder.Build();
    }
}
