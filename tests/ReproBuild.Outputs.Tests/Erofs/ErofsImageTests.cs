using System.Security.Cryptography;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Erofs;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Tools;
using static ReproBuild.Outputs.Tests.Erofs.ErofsTesting;

namespace ReproBuild.Outputs.Tests.Erofs;

/// <summary>A reader written from the specification finds what was written.</summary>
public sealed class ErofsImageTests
{
    [Fact]
    public void Every_byte_of_an_image_is_pinned()
    {
        Assert.Equal("831be3116090ee1d8700855c8843f736e7066f7190fe63bceb8819611b728816", Hash(Create(SampleTree.Create())));
        Assert.Equal("3607e8846d07cea18352fdc79ad30dcd18e7c4bacc1f5baf86ccdd84bd27bfb1", Hash(Create(Everything())));
    }

    [Fact]
    public void A_small_image_has_the_expected_fields()
    {
        var shared = File("two names"u8.ToArray());
        var image = Create(Tree(
            ("bin", SampleTree.Directory()), ("bin/a", shared), ("bin/b", shared), ("bin/sh", SampleTree.SymbolicLink("a")),
            ("console", new Inode { Type = FileType.CharacterDevice, Mode = (UnixFileMode)0b110_000_000, DeviceMajor = 5, DeviceMinor = 300, ModificationTime = new FileTime(1492533000) }),
            ("old", SampleTree.File(Pattern(4097), owner: 70_000, time: 1)), ("pipe", new Inode { Type = FileType.Fifo, Mode = (UnixFileMode)0b110_110_110 }),
            ("xattr", WithAttributes(FileType.RegularFile, ("security.capability", "abc"), ("system.posix_acl_access", "acl"), ("user.x", "y")))));

        var expected = System.IO.File.ReadAllText(Path.Combine(TestHost.RepositoryDirectory, "tests/ReproBuild.Outputs.Tests/Erofs/small-image.txt"));
        Assert.Equal(expected.ReplaceLineEndings("\n"), ErofsDump.Of(image));
    }

    [Fact]
    public void Every_file_is_read_back()
    {
        var tree = Everything();
        var reader = new ErofsReader(Create(tree));
        var nids = new Dictionary<ByteString, long> { [ByteString.Empty] = reader.Root.Nid };
        foreach (var entry in tree.Entries.Prepend(tree.Root))
        {
            var inode = reader.ReadInode(nids[entry.Path]);
            Assert.Equal(entry.Inode.UserId, inode["i_uid"]);
            Assert.Equal((int)entry.Inode.Mode, inode["i_mode"] & 0xfff);
            Assert.Equal(entry.Inode.ExtendedAttributes.Select(static a => a.Value), reader.ReadAttributes(inode).Select(static a => a.Value));
            if (entry.Inode.Type is FileType.RegularFile or FileType.SymbolicLink)
            {
                Assert.Equal(entry.Inode.Type == FileType.RegularFile ? entry.Inode.Content.ToArray() : entry.Inode.LinkTarget.Span.ToArray(), reader.ReadData(inode));
            }

            foreach (var (name, nid, _) in entry.Inode.IsDirectory ? reader.ReadDirectory(inode) : [])
            {
                nids.TryAdd(entry.Path.IsEmpty ? name : ByteString.Concat(entry.Path, "/", name), nid);
            }
        }

        Assert.Equal(nids["lib/first"], nids["zz-third"]);
        Assert.Equal(3, reader.ReadInode(nids["lib/first"])["i_nlink"]);
    }

    [Fact]
    public void A_directory_of_10000_names_is_in_byte_order_within_and_over_its_blocks()
    {
        ByteString[] odd = ["!", "-", "...", ".a", "..b", new ByteString([0xff]), new ByteString([0x01]), new string('x', 255)];
        var names = Enumerable.Range(0, 10_000).Select(static i => (ByteString)$"{new string('n', i % 90)}{i}").Concat(odd).ToArray();
        var reader = new ErofsReader(Create(Tree(names.Select(static n => (ByteString.Concat("d/", n), File([]))))));

        var directory = reader.ReadInode(reader.ReadDirectory(reader.Root).Single(static e => e.Name == "d").Nid);
        var read = reader.ReadDirectory(directory);

        Assert.Equal(names.Append(".").Append("..").Order(), read.Select(static e => e.Name));
        Assert.Equal(names.Length, read.Where(static e => e.Type == 1).Select(static e => e.Nid).Distinct().Count());
        Assert.Equal(reader.Root.Nid, read.Single(static e => e.Name == "..").Nid);
        Assert.Equal(directory.Nid, read.Single(static e => e.Name == ".").Nid);
    }

    [Fact]
    public void Data_lies_behind_the_inode_where_both_fit_a_block()
    {
        var reader = new ErofsReader(Create(Tails()));
        var directory = reader.ReadInode(reader.ReadDirectory(reader.Root).Single(static e => e.Name == "d").Nid);
        foreach (var (_, nid, _) in reader.ReadDirectory(directory).Where(static e => e.Type == 1))
        {
            var inode = reader.ReadInode(nid);
            var tail = inode.Size % 4096;
            Assert.False(inode.IsExtended);
            Assert.Equal(tail is > 0 and <= 4064 ? 2 : 0, inode.DataLayout);
        }
    }

    [Fact]
    public void Inodes_are_compact_only_where_everything_fits()
    {
        var reader = new ErofsReader(Create(Tree(
            ("a", SampleTree.File(new byte[1])), ("b", SampleTree.File(new byte[1], owner: 65535)), ("c", SampleTree.File(new byte[1], owner: 65536)),
            ("d", SampleTree.File(new byte[1], time: 1492533001)),
            ("e", new Inode { Type = FileType.RegularFile, Mode = (UnixFileMode)0, ModificationTime = new FileTime(1492533000, 1) }),
            ("f", File(new FileContentBuilder().AppendZeros(uint.MaxValue).Build())), ("g", File(new FileContentBuilder().AppendZeros(1L << 32).Build())))));

        var extended = reader.ReadDirectory(reader.Root).Where(e => reader.ReadInode(e.Nid).IsExtended).Select(static e => e.Name.ToString());
        Assert.Equal(["c", "d", "e", "g"], extended);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void A_directory_of_65534_directories_has_more_links_than_a_compact_inode_counts()
    {
        var few = new ErofsReader(Create(Tree(Enumerable.Range(0, 65_533).Select(static i => ((ByteString)$"{i}", SampleTree.Directory()))))).Root;
        var many = new ErofsReader(Create(Tree(Enumerable.Range(0, 65_534).Select(static i => ((ByteString)$"{i}", SampleTree.Directory()))))).Root;
        Assert.Equal((false, 65_535), (few.IsExtended, few["i_nlink"]));
        Assert.Equal((true, 65_536), (many.IsExtended, many["i_nlink"]));
    }

    [Fact]
    public void Holes_of_a_file_of_5_GiB_stay_holes()
    {
        var content = new FileContentBuilder().Append("begin"u8.ToArray()).PadTo(5L << 30).Append("end"u8.ToArray()).Build();
        var image = Create(Tree(("large", File(content))));
        Assert.InRange(image.Length, 5L << 30, (5L << 30) + 16_384);
        Assert.InRange(image.Extents.Sum(static e => e.Length), 1, 16_384);
        var reader = new ErofsReader(image);
        Assert.Equal((5L << 30) + 3, reader.ReadInode(reader.ReadDirectory(reader.Root)[^1].Nid)["i_size"]);
    }

    [Fact]
    public void The_options_are_in_the_superblock()
    {
        var options = new ErofsOptions { Uuid = Guid.Parse("00112233-4455-8677-8899-aabbccddeeff"), SourceDateEpoch = 7 };
        Assert.Equal(1492533000, new ErofsOptions { Uuid = Guid.Empty }.SourceDateEpoch);
        var reader = new ErofsReader(ErofsImage.Create(Tree(), options));
        Assert.Equal("00112233445586778899aabbccddeeff", Convert.ToHexStringLower(reader.Uuid));
        Assert.Equal((7, 0), (reader["build_time"], reader["build_time_nsec"]));
    }

    private static string Hash(FileContent content) => Convert.ToHexStringLower(SHA256.HashData(content.OpenRead()));
}
