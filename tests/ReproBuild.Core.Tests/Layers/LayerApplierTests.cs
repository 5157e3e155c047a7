using System.Collections.Immutable;
using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;
using ReproBuild.Testing.InMemory;
using static ReproBuild.Core.Tests.Layers.AppliedLayers;

namespace ReproBuild.Core.Tests.Layers;

/// <summary>OCI image specification 1.1, layer.md, "Applying Changesets".</summary>
public sealed class LayerApplierTests
{
    [Fact]
    public void No_layers_give_an_empty_root()
    {
        var tree = Apply();
        Assert.Empty(tree.Entries);
        Assert.Equal((UnixFileMode)0b111_101_101, tree.Root.Inode.Mode);
    }

    [Fact]
    public void An_empty_layer_changes_nothing() => Assert.Equal(["f f=x"], List(Layer().File("f", "x"), Layer()));

    [Fact]
    public void What_a_type_does_not_have_is_dropped()
    {
        foreach (var type in Enum.GetValues<TarEntryType>().Where(static type => type != TarEntryType.HardLink))
        {
            var inode = Apply(Layer().File("data", "01234").Add(new TarEntry
            {
                Type = type,
                Name = "f",
                Size = 5,
                LinkName = "t",
                DeviceMajor = 1,
                DeviceMinor = 2,
            })).Find("f")!.Inode;
            Assert.Equal(type == TarEntryType.RegularFile ? "01234" : "", TreeListing.TextOf(inode.Content));
            Assert.Equal(type == TarEntryType.SymbolicLink ? "t" : "", inode.LinkTarget);
            Assert.Equal(
                type is TarEntryType.BlockDevice or TarEntryType.CharacterDevice ? (1u, 2u) : (0u, 0u), (inode.DeviceMajor, inode.DeviceMinor));
        }
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("./a/b")]
    [InlineData("/a/b")]
    [InlineData("a//b")]
    [InlineData("a/./b/")]
    [InlineData("a/c/../b")]
    public void Names_are_paths_from_the_root(string name) =>
        Assert.Equal(["d a", "f a/b=x"], List(Layer().File(name, "x")));

    [Fact]
    public void A_later_layer_replaces_a_file() =>
        Assert.Equal(["f f=new"], List(Layer().File("f", "old"), Layer().File("f", "new")));

    [Fact]
    public void A_later_entry_of_the_same_layer_replaces_a_file() =>
        Assert.Equal(["f f=new"], List(Layer().File("f", "old").File("f", "new")));

    [Fact]
    public void A_directory_over_a_directory_keeps_its_children_and_takes_the_metadata()
    {
        var tree = Apply(Layer().Directory("d", uid: 1).File("d/f", "x"), Layer().Directory("d/", mode: (UnixFileMode)0b111_000_000, uid: 2, gid: 3));
        Assert.Equal(["d d", "f d/f=x"], TreeListing.Of(tree));
        var inode = tree.Find("d")!.Inode;
        Assert.Equal(((UnixFileMode)0b111_000_000, 2u, 3u), (inode.Mode, inode.UserId, inode.GroupId));
    }

    [Fact]
    public void A_file_over_a_directory_removes_what_is_below_it() =>
        Assert.Equal(["f d=x"], List(Layer().File("d/e/f", "x"), Layer().File("d", "x")));

    [Fact]
    public void A_link_over_a_directory_removes_what_is_below_it() =>
        Assert.Equal(["l d->e"], List(Layer().File("d/f", "x"), Layer().SymbolicLink("d", "e")));

    [Fact]
    public void A_directory_over_a_file_or_a_link_replaces_it() =>
        Assert.Equal(["d f", "d l", "f l/x=x", "d target"], List(
            Layer().File("f", "x").Directory("target").SymbolicLink("l", "target"), Layer().Directory("f").Directory("l").File("l/x", "x")));

    [Fact]
    public void Missing_parents_are_implied_and_existing_ones_keep_their_metadata()
    {
        var tree = Apply(Layer().Directory("d", uid: 5), Layer().File("d/e/f", "x"));
        Assert.Equal(5u, tree.Find("d")!.Inode.UserId);
        Assert.True(tree.IsImplied("d/e"));
    }

    [Fact]
    public void A_directory_entry_after_its_children_gives_its_metadata() =>
        Assert.Equal(5u, Apply(Layer().File("d/f", "x").Directory("d", uid: 5)).Find("d")!.Inode.UserId);

    [Theory]
    [InlineData("./")]
    [InlineData("/")]
    [InlineData(".")]
    [InlineData("a/..")]
    public void An_entry_for_the_root_gives_its_metadata(string name)
    {
        var tree = Apply(Layer().File("f", "x"), Layer().Directory(name, mode: (UnixFileMode)0b111_000_000, uid: 9));
        Assert.Equal(((UnixFileMode)0b111_000_000, 9u), (tree.Root.Inode.Mode, tree.Root.Inode.UserId));
        Assert.Equal(["f f=x"], TreeListing.Of(tree));
    }

    [Fact]
    public void The_root_is_implied_when_no_entry_names_it() =>
        Assert.Same(Inode.ImplicitDirectory, Apply(Layer().File("f", "x")).Root.Inode);

    [Fact]
    public void Devices_named_pipes_and_links_are_kept()
    {
        var tree = Apply(Layer()
            .Add(new TarEntry { Type = TarEntryType.CharacterDevice, Name = "c", DeviceMajor = 1, DeviceMinor = 3, Mode = (UnixFileMode)0b110_110_110 })
            .Add(new TarEntry { Type = TarEntryType.BlockDevice, Name = "b", DeviceMajor = 4095, DeviceMinor = 1048575 })
            .Add(new TarEntry { Type = TarEntryType.Fifo, Name = "p", DeviceMajor = 7 })
            .Add(new TarEntry { Type = TarEntryType.SymbolicLink, Name = "l", LinkName = "../../x\xff", Mode = (UnixFileMode)0 }));
        Assert.Equal(["b b 4095:1048575", "c c 1:3", "l l->../../x\xff", "p p"], TreeListing.Of(tree));
        Assert.Equal(0u, tree.Find("p")!.Inode.DeviceMajor);
        Assert.Equal((UnixFileMode)0b111_111_111, tree.Find("l")!.Inode.Mode);
    }

    [Fact]
    public void All_metadata_is_kept()
    {
        ImmutableArray<ExtendedAttribute> attributes = [new("security.capability", new ByteString([1, 0, 255])), new("user.x", "y")];
        var inode = Apply(Layer().Add(new TarEntry
        {
            Type = TarEntryType.RegularFile,
            Name = "f",
            Mode = (UnixFileMode)0b110_111_101_101,
            UserId = 4_000_000_000,
            GroupId = 70_000,
            ModificationTime = new FileTime(-5, 7),
            ExtendedAttributes = attributes,
        })).Find("f")!.Inode;
        Assert.Equal(((UnixFileMode)0b110_111_101_101, 4_000_000_000u, 70_000u), (inode.Mode, inode.UserId, inode.GroupId));
        Assert.Equal(new FileTime(-5, 7), inode.ModificationTime);
        Assert.Equal(attributes, inode.ExtendedAttributes);
    }

    [Fact]
    public void Content_is_the_entrys_slice_of_the_archive()
    {
        var tree = Apply(Layer().File("a", "first").File("empty", "").File("b", "second"));
        Assert.Equal(["f a=first", "f b=second", "f empty="], TreeListing.Of(tree));
    }

    [Fact]
    public void A_sparse_file_keeps_its_holes()
    {
        var content = Apply(Layer().File("data", "0123456789").Add(new TarEntry
        {
            Type = TarEntryType.RegularFile,
            Name = "sparse",
            Size = 20,
            SparseExtents = [new DataExtent(4, 2, 3), new DataExtent(15, 8, 2)],
        })).Find("sparse")!.Inode.Content;
        Assert.Equal("\0\0\0\0234\0\0\0\0\0\0\0\089\0\0\0", TreeListing.TextOf(content));
        Assert.Equal(2, content.Extents.Length);
    }

    [Fact]
    public void A_sparse_file_may_be_all_hole()
    {
        var entry = new TarEntry { Type = TarEntryType.RegularFile, Name = "hole", Size = 1L << 30, SparseExtents = [] };
        Assert.Equal(1L << 30, Apply(Layer().Add(entry)).Find("hole")!.Inode.Content.Length);
    }

    [Fact]
    public void Names_that_are_not_utf8_are_kept()
    {
        var name = new ByteString([0xff, 0xfe, (byte)'x']);
        var tree = Apply(Layer().Add(new TarEntry { Type = TarEntryType.Directory, Name = name }));
        Assert.Equal(name, Assert.Single(tree.Entries).Path);
    }

    [Fact]
    public void The_result_does_not_depend_on_the_order_of_unrelated_entries()
    {
        var names = Enumerable.Range(0, 50).Select(static i => $"d{i % 7}/f{i}").ToArray();
        var shuffled = names.OrderBy(static n => n[^1]).ThenByDescending(static n => n, StringComparer.Ordinal);
        Assert.Equal(
            List(names.Aggregate(Layer(), static (l, n) => l.File(n, n))),
            List(shuffled.Aggregate(Layer(), static (l, n) => l.File(n, n))));
    }

    [Fact]
    public void Contents_stay_readable_with_other_layers_above()
    {
        var text = new StringBuilder().Insert(0, "abc", 1000).ToString();
        Assert.Equal(text, TreeListing.TextOf(Apply(Layer().File("f", text), Layer().File("g", "x")).Find("f")!.Inode.Content));
    }
}
