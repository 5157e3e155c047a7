using ReproBuild.Core.FileSystem;

namespace ReproBuild.Conformance;

/// <summary>A small tree with one of everything that Linux has: types, links, modes, owners, times, attributes, names.</summary>
internal static class EverythingTree
{
    private const uint LargestUsualOwner = 65534;
    private const uint LargeOwner = 4_000_000_000;

    public static FileTree Create(FileTreeBuilder builder)
    {
        AddFiles(builder);
        AddLinks(builder);
        AddNames(builder);
        builder.Add("dev", SampleInodes.Directory());
        builder.Add("dev/console", SampleInodes.Special(FileType.CharacterDevice, 5, 1));
        builder.Add("dev/loop", SampleInodes.Special(FileType.BlockDevice, 7, 300));
        builder.Add("dev/pipe", SampleInodes.Special(FileType.Fifo));
        return builder.Build();
    }

    private static void AddFiles(FileTreeBuilder builder)
    {
        builder.Add("bin", SampleInodes.Directory());
        builder.Add("bin/su", SampleInodes.Text("set-user-id", mode: (UnixFileMode)0b100_111_101_101));
        builder.Add("bin/large", SampleInodes.File(new FileContent(new GeneratedBlob(200_001), 0, 200_001), owner: LargestUsualOwner));
        builder.Add("bin/owned", SampleInodes.Text("large owner", owner: LargeOwner));
        builder.Add("bin/capable", WithAttributes());
        builder.Add("bin/empty", SampleInodes.File(FileContent.Empty, mode: 0));
        builder.Add("tmp", SampleInodes.Directory(mode: (UnixFileMode)0b001_111_111_111));
        builder.Add("old", Inode.File(FileContent.Empty, time: new FileTime(1)));
    }

    private static Inode WithAttributes() => new()
    {
        Type = FileType.RegularFile,
        Mode = (UnixFileMode)0b111_101_101,
        Content = FileContent.FromBytes("capable"u8.ToArray()),
        ExtendedAttributes =
        [
            new ExtendedAttribute("security.capability", new ByteString([1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
            new ExtendedAttribute("user.note", "text"),
        ],
    };

    private static void AddLinks(FileTreeBuilder builder)
    {
        var shared = SampleInodes.Text("one inode, three names");
        builder.Add("lib", SampleInodes.Directory());
        builder.Add("lib/first", shared);
        builder.Add("lib/second", shared);
        builder.Add("third", shared);
        builder.Add("lib/relative", SampleInodes.SymbolicLink("../bin/su"));
        builder.Add("lib/absolute", SampleInodes.SymbolicLink("/nowhere"));
        builder.Add("lib/long", SampleInodes.SymbolicLink(new string('t', 300)));
    }

    private static void AddNames(FileTreeBuilder builder)
    {
        builder.Add("a", SampleInodes.Directory());
        builder.Add("a/b", SampleInodes.Text("after a-b in the bytes of paths, before it by components"));
        builder.Add("a-b", SampleInodes.Text("-"));
        builder.Add("a/ÄÖÜ 日本", SampleInodes.Text("not ASCII"));
        builder.Add(new ByteString([(byte)'a', (byte)'/', 0xFF, (byte)'\n']), SampleInodes.Text("not UTF-8"));
        builder.Add("a/" + new string('n', 250), SampleInodes.Text("long"));
        var deep = "deep";
        for (var i = 0; i < 12; i++)
        {
            builder.Add(deep, SampleInodes.Directory());
            deep += "/deeper";
        }
    }
}
