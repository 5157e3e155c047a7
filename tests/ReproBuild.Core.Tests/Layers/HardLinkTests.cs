using ReproBuild.Testing.InMemory;
using static ReproBuild.Core.Tests.Layers.AppliedLayers;

namespace ReproBuild.Core.Tests.Layers;

public sealed class HardLinkTests
{
    [Fact]
    public void A_link_shares_the_inode_and_points_at_the_first_name_in_order()
    {
        var tree = Apply(Layer().File("m", "x", uid: 3).HardLink("z", "m").HardLink("a/b", "./m"));
        Assert.Equal(["d a", "f a/b=x", "h m=>a/b", "h z=>a/b"], TreeListing.Of(tree));
        Assert.All(tree.Entries.Skip(1), static e => Assert.Equal((3, 3u), (e.LinkCount, e.Inode.UserId)));
    }

    [Fact]
    public void A_link_to_a_file_of_a_lower_layer_shares_its_inode() =>
        Assert.Equal(["f a=x", "h b=>a"], List(Layer().File("a", "x"), Layer().HardLink("b", "/a")));

    [Fact]
    public void Several_links_to_a_file_of_a_lower_layer_share_its_inode() =>
        Assert.Equal(["f a=x", "h b=>a", "h c=>a"], List(Layer().File("a", "x"), Layer().HardLink("b", "a").HardLink("c", "./a")));

    [Theory]
    [InlineData("d", "is a directory")]
    [InlineData(".wh.f", "neither in this layer")]
    [InlineData(".wh..wh.plnk", "neither in this layer")]
    public void A_link_to_what_its_own_layer_has_and_cannot_be_linked_is_an_error(string target, string why)
    {
        var layer = Layer().Directory("d").Whiteout(".wh.f").Directory(".wh..wh.plnk").HardLink("bad", target);
        Assert.Contains(why, Assert.Throws<IntegrityException>(() => List(Layer().File("f", "x"), layer)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_other_name_keeps_the_inode_when_a_later_layer_replaces_its_target() =>
        Assert.Equal(["f a=new", "f b=old"], List(Layer().File("a", "old"), Layer().HardLink("b", "a"), Layer().File("a", "new")));

    [Fact]
    public void The_other_name_keeps_the_inode_when_a_later_layer_removes_its_target() =>
        Assert.Equal(["f b=old"], List(Layer().File("a", "old").HardLink("b", "a"), Layer().Whiteout(".wh.a")));

    [Fact]
    public void The_target_may_be_removed_by_the_layer_that_links_to_it() =>
        Assert.Equal(["f b=old"], List(Layer().File("a", "old"), Layer().HardLink("b", "a").Whiteout(".wh.a")));

    [Fact]
    public void A_link_replaces_what_was_there() =>
        Assert.Equal(["f a=x", "h d=>a"], List(Layer().File("a", "x").File("d/e", "y"), Layer().HardLink("d", "a")));

    [Fact]
    public void A_link_to_a_link_is_a_name_of_the_same_inode() =>
        Assert.Equal(["f a=x", "h b=>a", "h c=>a"], List(Layer().File("a", "x").HardLink("b", "a").HardLink("c", "b")));

    [Fact]
    public void A_link_to_itself_changes_nothing() =>
        Assert.Equal(["f a=x"], List(Layer().File("a", "x").HardLink("a", "./a")));

    [Fact]
    public void A_link_may_come_before_its_target_and_before_other_links_to_it() =>
        Assert.Equal(["f a=x", "h b=>a", "h c=>a"], List(Layer().HardLink("c", "b").HardLink("b", "a").File("a", "x")));

    [Fact]
    public void A_link_to_a_file_that_its_own_layer_removes_keeps_the_file() =>
        Assert.Equal(["f b=x"], List(Layer().File("a", "x"), Layer().Whiteout(".wh.a").HardLink("b", "a")));

    [Fact]
    public void Links_that_point_at_each_other_are_an_error() =>
        Assert.Contains("leads back", Assert.Throws<IntegrityException>(() => List(Layer().HardLink("a", "b").HardLink("b", "a"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Of_two_entries_of_one_path_the_later_wins_with_what_is_below() =>
        Assert.Equal(["f d=2", "f e=3"], List(
            Layer().Directory("d").File("d/x", "1").File("d", "2").File("e", "2").File("e", "3")));

    [Fact]
    public void The_target_is_not_followed_when_it_is_a_symbolic_link() =>
        Assert.Equal(["f a=x", "l l->a", "h m=>l"], List(Layer().File("a", "x").SymbolicLink("l", "a").HardLink("m", "l")));

    [Fact]
    public void The_targets_parents_are_followed_inside_the_root() =>
        Assert.Equal(["d d", "f d/a=x", "l l->/../d", "h z=>d/a"], List(Layer().File("d/a", "x").SymbolicLink("l", "/../d").HardLink("z", "l/a")));

    [Theory]
    [InlineData("missing", "neither in this layer")]
    [InlineData("d", "is a directory")]
    [InlineData("/", "is a directory")]
    [InlineData("../a", "out of the root")]
    [InlineData("f/x", "neither in this layer")]
    public void A_link_to_what_cannot_be_linked_is_an_error(string target, string why)
    {
        var error = Assert.Throws<IntegrityException>(() => List(Layer().Directory("d").File("f", "x"), Layer().HardLink("bad", target)));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Contains("'bad'", error.Message, StringComparison.Ordinal);
    }
}
