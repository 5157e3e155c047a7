using ReproBuild.Core.Tar;
using ReproBuild.Testing.InMemory;
using static ReproBuild.Core.Tests.Layers.AppliedLayers;

namespace ReproBuild.Core.Tests.Layers;

/// <summary>OCI image specification 1.1, layer.md, "Whiteouts".</summary>
public sealed class WhiteoutTests
{
    [Fact]
    public void A_whiteout_removes_a_file_of_a_lower_layer_and_is_not_itself_in_the_tree() =>
        Assert.Equal(["d d", "f d/kept=k"], List(
            Layer().Directory("d").File("d/gone", "g").File("d/kept", "k"),
            Layer().Whiteout("d/.wh.gone")));

    [Fact]
    public void A_whiteout_removes_a_directory_with_everything_below_it() =>
        Assert.Equal(["f kept=k"], List(
            Layer().Directory("d").Directory("d/e").File("d/e/f", "x").File("kept", "k"),
            Layer().Whiteout(".wh.d")));

    [Theory]
    [InlineData("missing/.wh.x")]
    [InlineData("d/.wh.missing")]
    [InlineData("f/.wh.x")]
    [InlineData("missing/.wh..wh..opq")]
    [InlineData("f/.wh..wh..opq")]
    public void A_whiteout_of_what_is_not_there_changes_nothing(string whiteout) =>
        Assert.Equal(["d d", "f f=x"], List(Layer().Directory("d").File("f", "x"), Layer().Whiteout(whiteout)));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_whiteout_never_removes_what_its_own_layer_brings(bool first)
    {
        var layer = first ? Layer().Whiteout(".wh.f").File("f", "new") : Layer().File("f", "new").Whiteout(".wh.f");
        Assert.Equal(["f f=new"], List(Layer().File("f", "old"), layer));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_directory_that_is_deleted_and_made_again_loses_its_old_children_in_any_order(int position)
    {
        var layer = Layer();
        Action[] entries = [() => layer.Directory("d", mode: (UnixFileMode)0b111_000_000), () => layer.File("d/new", "n")];
        for (var i = 0; i <= entries.Length; i++)
        {
            if (i == position)
            {
                layer.Whiteout(".wh.d");
            }

            if (i < entries.Length)
            {
                entries[i]();
            }
        }

        var tree = Apply(Layer().Directory("d").File("d/old", "o").Directory("d/sub").File("d/sub/old", "o"), layer);
        Assert.Equal(["d d", "f d/new=n"], Testing.InMemory.TreeListing.Of(tree));
        Assert.Equal((UnixFileMode)0b111_000_000, tree.Find("d")!.Inode.Mode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_opaque_whiteout_hides_only_lower_layers_in_any_order(int position)
    {
        var layer = Layer();
        Action[] entries = [() => layer.Directory("d"), () => layer.File("d/new", "n"), () => layer.File("d/sub/new", "n")];
        for (var i = 0; i <= entries.Length; i++)
        {
            if (i == position)
            {
                layer.Whiteout("d/.wh..wh..opq");
            }

            if (i < entries.Length)
            {
                entries[i]();
            }
        }

        Assert.Equal(["d d", "f d/new=n", "d d/sub", "f d/sub/new=n", "f other=o"], List(
            Layer().Directory("d").File("d/old", "o").Directory("d/sub").File("d/sub/old", "o").File("other", "o"), layer));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_directory_that_a_layer_only_implies_does_not_keep_the_metadata_of_the_one_it_deletes(bool whiteoutFirst)
    {
        var layer = whiteoutFirst ? Layer().Whiteout(".wh.d").File("d/e/new", "n") : Layer().File("d/e/new", "n").Whiteout(".wh.d");
        var tree = Apply(Layer().Directory("d", mode: (UnixFileMode)0b111_000_000).Directory("d/e", uid: 7), layer);
        Assert.True(tree.IsImplied("d"));
        Assert.True(tree.IsImplied("d/e"));
    }

    [Fact]
    public void An_opaque_whiteout_keeps_its_directorys_metadata()
    {
        var tree = Apply(Layer().Directory("d", uid: 7).File("d/x", "x"), Layer().Whiteout("d/.wh..wh..opq"));
        Assert.Equal(7u, Assert.Single(tree.Entries).Inode.UserId);
    }

    [Fact]
    public void An_opaque_whiteout_at_the_root_hides_all_lower_layers() =>
        Assert.Equal(["f new=n"], List(Layer().Directory("d").File("d/x", "x").File("f", "x"), Layer().File("new", "n").Whiteout("./.wh..wh..opq")));

    [Fact]
    public void A_later_layer_can_bring_back_what_was_removed() =>
        Assert.Equal(["d d", "f d/f=again"], List(
            Layer().File("d/f", "first").File("d/g", "g"), Layer().Whiteout(".wh.d"), Layer().File("d/f", "again")));

    [Fact]
    public void A_whiteout_can_be_of_any_type() =>
        Assert.Empty(List(
            Layer().File("f", "x").File("g", "x"),
            Layer().Directory(".wh.f").Add(new TarEntry { Type = TarEntryType.HardLink, Name = ".wh.g", LinkName = "nowhere" })));

    [Fact]
    public void A_whiteout_removes_a_link_and_not_its_target() =>
        Assert.Equal(["d d", "f d/x=x"], List(Layer().File("d/x", "x").SymbolicLink("l", "d"), Layer().Whiteout(".wh.l")));

    [Fact]
    public void A_whiteout_below_a_link_removes_in_the_directory_that_it_leads_to() =>
        Assert.Equal(["d d", "l l->/d"], List(
            Layer().File("d/x", "x").File("d/y", "y").SymbolicLink("l", "/d"), Layer().Whiteout("l/.wh.x").Whiteout("l/.wh..wh..opq")));

    /// <summary>The layer's own directory takes the link's place, so what is below it is not what the link leads to.</summary>
    [Theory]
    [InlineData("link/.wh..wh..opq")]
    [InlineData("link/.wh.keep")]
    public void A_whiteout_in_a_directory_that_replaces_a_link_leaves_the_links_target_alone_in_any_order(string whiteout)
    {
        var lower = Layer().Directory("target").File("target/keep", "k").SymbolicLink("link", "/target");
        Action<InMemoryLayer>[] entries = [l => l.Whiteout(whiteout), l => l.Directory("link"), l => l.File("link/new", "n")];
        foreach (var (first, second, third) in new[] { (0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0) })
        {
            var upper = Layer();
            entries[first](upper);
            entries[second](upper);
            entries[third](upper);
            Assert.Equal(["d link", "f link/new=n", "d target", "f target/keep=k"], List(lower, upper));
        }
    }

    [Fact]
    public void A_link_that_a_layer_removes_is_not_followed_by_its_entries() =>
        Assert.Equal(["d d", "d l", "f l/x=x"], List(Layer().Directory("d").SymbolicLink("l", "d"), Layer().File("l/x", "x").Whiteout(".wh.l")));

    [Theory]
    [InlineData(".wh.", "names no file")]
    [InlineData("d/.wh..", "names no file")]
    [InlineData(".wh...", "names no file")]
    [InlineData(".wh.d/file", "'.wh.d' is a whiteout, not a directory")]
    public void A_whiteout_that_names_no_file_is_an_error(string name, string message)
    {
        var error = Assert.Throws<IntegrityException>(() => List(Layer().Directory("d"), Layer().Whiteout(name)));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_metadata_of_aufs_is_not_in_the_tree() =>
        Assert.Equal(["f f=x"], List(Layer().File("f", "x").Whiteout(".wh..wh.aufs").Directory(".wh..wh.orph").Directory(".wh..wh.plnk").File(".wh..wh.plnk/1.2", "x")));

    [Fact]
    public void Names_that_aufs_links_to_its_metadata_share_an_inode() =>
        Assert.Equal(["f a=x", "h b=>a"], List(
            Layer().Directory(".wh..wh.plnk").File(".wh..wh.plnk/1.2", "x").HardLink("a", ".wh..wh.plnk/1.2").HardLink("b", "/.wh..wh.plnk/1.2")));
}
