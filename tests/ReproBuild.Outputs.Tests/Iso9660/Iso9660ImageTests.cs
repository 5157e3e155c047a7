using System.Security.Cryptography;
using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Iso9660;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Outputs.Tests.Iso9660;

public sealed class Iso9660ImageTests
{
    [Fact]
    public void The_structures_of_a_small_volume_are_as_recorded()
    {
        var expected = File.ReadAllText(Path.Combine(TestHost.RepositoryDirectory, "tests/ReproBuild.Outputs.Tests/Iso9660/small-volume.txt"));
        Assert.Equal(expected, new IsoReader(SmallVolume().Content).Text);
    }

    [Fact]
    public void The_bytes_are_pinned()
    {
        Assert.Equal("5984ca333616c1c5fc0a88643a6a5327540b983e42ed97e9017ff9a527a9da3c", Digest(SmallVolume()));
        Assert.Equal("7b9bc94468bd135ec8622108db2f932f5b243f944fa3acc43aa5da5a41f39a3a", Digest(Create(SampleTree.Create())));
    }

    [Fact]
    public void Two_runs_give_the_same_bytes() => Assert.Equal(Digest(Create(SampleTree.Create())), Digest(Create(SampleTree.Create())));

    [Fact]
    public void Everything_is_found_with_its_content_by_a_reader_of_the_specification()
    {
        var tree = SampleTree.Create();
        var volume = Create(tree);
        var records = new IsoReader(volume.Content).Records.ToDictionary(static r => r.Path, StringComparer.Ordinal);
        Assert.Equal(tree.Entries.Length, records.Count);
        foreach (var entry in tree.Entries)
        {
            var record = records[Encoding.Latin1.GetString(entry.Path.Span)];
            Assert.Equal((uint)entry.Inode.Mode, record.SystemUse.Mode & 0xfff);
            Assert.Equal(entry.Inode.LinkTarget.Span, record.SystemUse.Target.ToArray());
            if (entry.Inode.Content.Length > 0)
            {
                Assert.Equal(record.Sector * 2048L, volume.Layout.OffsetOf(entry.Path));
                Assert.Equal(entry.Inode.Content.ToArray(), volume.Content.Slice(volume.Layout.OffsetOf(entry.Path), record.Length).ToArray());
            }
        }
    }

    [Fact]
    public void Hard_links_share_the_serial_number_and_the_content()
    {
        var records = new IsoReader(Create(SampleTree.Create()).Content).Records;
        var linked = records.Where(static r => r.Path is "lib/first" or "lib/second" or "zz-third").ToList();
        Assert.Equal(3, linked.Count);
        Assert.Single(linked.Select(static r => (r.SystemUse.SerialNumber, r.Sector)).Distinct());
        Assert.All(linked, static r => Assert.Equal(3u, r.SystemUse.Links));
        Assert.Equal(records.Count - 2 - 1 - 1, records.Select(static r => r.SystemUse.SerialNumber).Distinct().Count());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("//a//b/")]
    [InlineData("a/")]
    [InlineData("./../.")]
    [InlineData("...")]
    public void A_target_reads_as_it_was_written(string target) => Assert.Equal(target, ReadTarget(target));

    [Fact]
    public void A_long_target_reads_as_it_was_written()
    {
        for (var length = 240; length < 520; length++)
        {
            Assert.Equal(new string('x', length), ReadTarget(new string('x', length)));
            Assert.Equal("/" + new string('x', length) + "/y", ReadTarget("/" + new string('x', length) + "/y"));
        }

        var longest = string.Join('/', Enumerable.Repeat(new string('x', 255), 16))[..4095];
        Assert.Equal(longest, ReadTarget(longest));
        var shortParts = string.Join('/', Enumerable.Repeat("x", 2048));
        Assert.Equal(shortParts, ReadTarget(shortParts));
    }

    [Fact]
    public void A_device_has_the_number_that_Linux_reads()
    {
        var text = new IsoReader(Create(SampleTree.Create()).Content).Text;
        Assert.Contains("PN high 0 low 1281", text, StringComparison.Ordinal);
        Assert.Contains("PN high 7 low 300", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-2208988801, "TF flags 82 1899123123595900 zone 0")]
    [InlineData(5869584000, "TF flags 82 2156010100000000 zone 0")]
    [InlineData(5869583999, "TF flags 02 2155-12-31T23:59:59 zone 0")]
    [InlineData(long.MaxValue, "TF flags 82 9999123123595999 zone 0")]
    [InlineData(long.MinValue, "TF flags 82 0001010100000000 zone 0")]
    [InlineData(253402300800, "TF flags 82 9999123123595999 zone 0", 800_000_000)]
    [InlineData(253402300799, "TF flags 82 9999123123595980 zone 0", 800_000_000)]
    [InlineData(-62135596801, "TF flags 82 0001010100000000 zone 0", 800_000_000)]
    public void A_time_out_of_the_range_of_the_short_form_takes_the_long_one(long time, string expected, int nanoseconds = 0)
    {
        var file = Inode.File(FileContent.FromBytes(new byte[1]), time: new FileTime(time, nanoseconds));
        Assert.Contains(expected, new IsoReader(Create(Tree(("f", file))).Content).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Primary_names_are_unique_and_in_order()
    {
        string[] names = ["readme.txt", "README.TXT", "Readme.txt", "a.b.c", ".hidden", "no-extension", new string('l', 60), new string('l', 61), "x." + new string('e', 60), "ß", "README_1.TXT"];
        var records = new IsoReader(Create(Tree([.. names.Select(static n => (n, SampleTree.File("x"u8.ToArray())))])).Content).Records;
        string[] identifiers = [.. records.Select(static r => Encoding.ASCII.GetString(r.Identifier))];
        Assert.Equal(
            [
                "A_B.C;1", "LLLLLLLLLLLLLLLLLLLLLLLLLLLLLL.;1", "LLLLLLLLLLLLLLLLLLLLLLLLLLLL_1.;1", "NO_EXTENSION.;1", "README.TXT;1", "README_1.TXT;1", "README_2.TXT;1",
                "README_3.TXT;1", "X.EEEEEEEEEE;1", "_HIDDEN.;1", "__.;1",
            ],
            identifiers);
    }

    [Fact]
    public void A_file_of_more_than_4_GiB_takes_several_records()
    {
        var content = new FileContentBuilder().AppendZeros((2 * IsoConstants.MaxSectionSize) + 1).Build();
        var volume = Create(Tree(("big", new Inode { Type = FileType.RegularFile, Mode = (UnixFileMode)0, Content = content })));
        var records = new IsoReader(volume.Content).Records;
        Assert.Equal([(uint)IsoConstants.MaxSectionSize, (uint)IsoConstants.MaxSectionSize, 1u], records.Select(static r => r.Length));
        Assert.Equal([0x80, 0x80, 0], records.Select(static r => (int)r.Flags));
        Assert.Equal(records[0].Sector + (2 * IsoConstants.MaxSectionSize / 2048), records[2].Sector);
        Assert.InRange(volume.Content.Extents.Sum(static e => e.Length), 0, 100_000);
    }

    internal static IsoVolume Create(FileTree tree, bool joliet = true) =>
        IsoVolume.Create(tree, new Iso9660Options { Joliet = joliet }, boot: null, TestContext.Current.CancellationToken);

    internal static FileTree Tree(params (string Path, Inode Inode)[] entries)
    {
        var builder = new FileTreeBuilder();
        foreach (var (path, inode) in entries)
        {
            builder.Add(path, inode, implicitParent: SampleTree.Directory());
        }

        return builder.Build();
    }

    internal static IsoVolume SmallVolume()
    {
        var shared = SampleTree.File("shared"u8.ToArray(), mode: (UnixFileMode)0b100_111_101_101, owner: 1000);
        var tree = Tree(
            ("boot/kernel", SampleTree.File("kernel"u8.ToArray())),
            ("dev/console", new Inode { Type = FileType.CharacterDevice, Mode = (UnixFileMode)0b110_000_000, DeviceMajor = 5, DeviceMinor = 1 }),
            ("empty", SampleTree.File(ReadOnlyMemory<byte>.Empty)),
            ("first", shared),
            ("second", shared),
            ("link", SampleTree.SymbolicLink("/usr/../a")),
            (new string('n', 200) + " Ü", SampleTree.File("long"u8.ToArray(), time: -3000000000)));
        var boot = new IsoBoot(
            [
                new IsoBootImage(
                    Iso9660BootPlatform.Bios,
                    2048,
                    LoadSectors: 4,
                    static layout => FileContent.FromBytes(Encoding.ASCII.GetBytes($"kernel at {layout.OffsetOf("boot/kernel")}".PadRight(2048)))),
                new IsoBootImage(Iso9660BootPlatform.Efi, 4096, LoadSectors: null, static _ => FileContent.FromBytes(new byte[4096])),
            ],
            static layout => Encoding.ASCII.GetBytes($"of {layout.Length}, {layout.OffsetOfBootImage(0)}, {layout.OffsetOfBootImage(1)}"));
        return IsoVolume.Create(tree, new Iso9660Options(), boot, TestContext.Current.CancellationToken);
    }

    private static string ReadTarget(string target)
    {
        var record = Assert.Single(new IsoReader(Create(Tree(("link", SampleTree.SymbolicLink(target)))).Content).Records);
        return Encoding.Latin1.GetString([.. record.SystemUse.Target]);
    }

    private static string Digest(IsoVolume image) => Convert.ToHexStringLower(SHA256.HashData(image.Content.OpenRead()));
}
