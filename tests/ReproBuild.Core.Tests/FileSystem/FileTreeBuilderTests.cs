using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.InMemory;

namespace ReproBuild.Core.Tests.FileSystem;

public sealed class FileTreeBuilderTests
{
    private static readonly Inode Parent = TestInodes.Directory(uid: 42);

    [Fact]
    public void Entries_are_ordered_by_component_with_parents_first()
    {
        string[] paths = ["b", "a-b", "a/z", "a", "a.c", "a/b/c", "a/b", "\u00e9", "B"];
        var expected = new[] { "B", "a", "a/b", "a/b/c", "a/z", "a-b", "a.c", "b", "\u00e9" };
        var builder = new FileTreeBuilder();
        foreach (var path in paths)
        {
            builder.Add(path, path is "a" or "a/b" ? TestInodes.Directory() : TestInodes.File(), implicitParent: Parent);
        }

        var tree = builder.Build();
        Assert.Equal(expected, tree.Entries.Select(static e => e.Path.ToString()));
        Assert.Equal(["B", "a", "a-b", "a.c", "b", "\u00e9"], tree.Root.Children.Select(static e => e.Path.ToString()));
        Assert.Equal(["b", "z"], tree.Find("a")!.Children.Select(static e => e.Name.ToString()));
    }

    [Fact]
    public void A_missing_parent_is_made_only_when_asked()
    {
        var builder = new FileTreeBuilder();
        var origin = new FileOrigin("image", "init[0]");
        var error = Assert.Throws<ArgumentException>(() => builder.Add("a/b", TestInodes.File()));
        Assert.Contains("'a/b' has no parent directory 'a'", error.Message, StringComparison.Ordinal);
        builder.Add("a/b", TestInodes.File(), origin, Parent);
        var tree = builder.Build();
        Assert.Same(Parent, tree.Find("a")!.Inode);
        Assert.Same(origin, tree.Find("a")!.Origin);
    }

    [Theory]
    [InlineData("", "names the root itself")]
    [InlineData("/./", "names the root itself")]
    [InlineData("../a", "'../a' contains a '..' component")]
    [InlineData("a/../b", "'a/../b' contains a '..' component")]
    [InlineData("file/below", "'file/below' is below 'file', which is not a directory")]
    [InlineData("file/far/below", "'file/far/below' is below 'file', which is not a directory")]
    public void A_path_that_names_no_place_is_an_error(string path, string message)
    {
        var builder = new FileTreeBuilder();
        builder.Add("file", TestInodes.File());
        var error = Assert.Throws<ArgumentException>(() => builder.Add(path, TestInodes.File(), implicitParent: Parent));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_builder_that_was_cancelled_is_of_no_use()
    {
        var builder = new FileTreeBuilder();
        builder.Add("a", TestInodes.File());
        Assert.ThrowsAny<OperationCanceledException>(() => builder.Finish(new CancellationToken(canceled: true)));
        Assert.Contains("Begin with a new builder", Assert.Throws<InvalidOperationException>(() => builder.Build()).Message, StringComparison.Ordinal);
        Assert.Contains("Begin with a new builder", Assert.Throws<InvalidOperationException>(() => builder.Find("a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_tree_adds_nothing_not_even_its_directory()
    {
        var builder = new FileTreeBuilder();
        builder.AddTree("d", new FileTreeBuilder().Build(), implicitParent: Parent);
        Assert.Empty(builder.Build().Entries);
    }

    [Fact]
    public void A_directory_over_a_directory_keeps_its_entries()
    {
        var builder = new FileTreeBuilder();
        builder.Add("a/b", TestInodes.File("x"), implicitParent: Parent);
        builder.Add("a", TestInodes.Directory(uid: 7));
        Assert.Equal(7u, builder.Find("a")!.UserId);
        Assert.Equal(["d a", "f a/b=x"], TreeListing.Of(builder.Build()));
    }

    [Fact]
    public void Anything_else_over_a_directory_replaces_it()
    {
        var builder = new FileTreeBuilder();
        builder.Add("a/b", TestInodes.File("x"), implicitParent: Parent);
        builder.Add("a", TestInodes.Link("c"));
        builder.Add("c", TestInodes.File("y"));
        builder.Add("c", TestInodes.Directory());
        Assert.Equal(["l a->c", "d c"], TreeListing.Of(builder.Build()));
    }

    [Fact]
    public void Removing_takes_everything_below()
    {
        var builder = new FileTreeBuilder();
        builder.Add("a/b/c", TestInodes.File(), implicitParent: Parent);
        builder.Add("a/d", TestInodes.File());
        Assert.True(builder.Remove("a/b"));
        Assert.False(builder.Remove("a/b"));
        Assert.False(builder.Remove("a/d/e"));
        Assert.False(builder.Remove(""));
        Assert.Null(builder.Find("a/b/c"));
        Assert.Equal(["d a", "f a/d="], TreeListing.Of(builder.Build()));
    }

    [Fact]
    public void A_hard_link_points_at_the_first_name_in_tree_order()
    {
        var shared = TestInodes.File("x");
        var builder = new FileTreeBuilder();
        foreach (var path in new[] { "z", "a-b", "a/b" })
        {
            builder.Add(path, shared, implicitParent: Parent);
        }

        builder.Add("alone", TestInodes.File("x"));
        var tree = builder.Build();
        Assert.Equal(["d a", "f a/b=x", "h a-b=>a/b", "f alone=x", "h z=>a/b"], TreeListing.Of(tree));
        Assert.Equal([1, 3, 3, 1, 3], tree.Entries.Select(static e => e.LinkCount));
    }

    [Fact]
    public void A_directorys_inode_at_two_paths_is_not_a_hard_link()
    {
        var builder = new FileTreeBuilder();
        builder.Add("a/b/c", TestInodes.File(), implicitParent: Parent);
        Assert.All(builder.Build().Entries, static e => Assert.Equal((1, null), (e.LinkCount, e.HardLinkTarget)));
    }

    [Fact]
    public void A_tree_below_a_directory_keeps_its_hard_links_and_origins()
    {
        var shared = TestInodes.File("x");
        var origin = new FileOrigin("image", "init[0]");
        var inner = new FileTreeBuilder();
        inner.Add("a", shared, origin);
        inner.Add("b", shared, origin);
        var outer = new FileTreeBuilder();
        outer.AddTree("d/e", inner.Build(), implicitParent: Parent);
        outer.AddTree("", inner.Build(), new FileOrigin("other", "init[1]"));
        var tree = outer.Build();
        Assert.Equal(["f a=x", "h b=>a", "d d", "d d/e", "h d/e/a=>a", "h d/e/b=>a"], TreeListing.Of(tree));
        Assert.Equal("other", tree.Find("a")!.Origin!.Source);
        Assert.Same(origin, tree.Find("d/e/a")!.Origin);
    }

    [Fact]
    public void What_follows_a_directory_of_an_added_tree_is_beside_it_and_not_in_it()
    {
        var inner = new FileTreeBuilder();
        foreach (var path in (string[])["a/b/c", "a/d", "e"])
        {
            inner.Add(path, TestInodes.File(), implicitParent: Parent);
        }

        var outer = new FileTreeBuilder();
        outer.AddTree("x", inner.Build(), implicitParent: Parent);
        Assert.Equal(["x", "x/a", "x/a/b", "x/a/b/c", "x/a/d", "x/e"], outer.Build().Entries.Select(static entry => entry.Path.ToString()));
        Assert.ThrowsAny<OperationCanceledException>(
            () => inner.Build().CopyTo(outer.Root, static (_, _) => null, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_tree_does_not_change_with_its_builder()
    {
        var builder = new FileTreeBuilder(TestInodes.Directory(uid: 9));
        builder.Add("a", TestInodes.File("x"));
        var tree = builder.Build();
        builder.Add("b", TestInodes.File());
        builder.Remove("a");
        Assert.Equal(["f a=x"], TreeListing.Of(tree));
        Assert.Equal(9u, tree.Root.Inode.UserId);
    }

    [Fact]
    public void Deep_trees_are_built_without_recursion()
    {
        var builder = new FileTreeBuilder();
        var path = string.Join('/', Enumerable.Repeat("d", 3000));
        builder.Add(path, TestInodes.File(), implicitParent: Parent);
        var tree = builder.Build();
        Assert.Equal(3000, tree.Entries.Length);
        Assert.NotNull(tree.Find(path));
    }

    [Theory]
    [InlineData("l/x", "d/x")]
    [InlineData("l/l", "d/l")]
    [InlineData("l", "l")]
    [InlineData("up/l/x", "d/x")]
    [InlineData("missing/x", "missing/x")]
    [InlineData("d/back/x", "x")]
    [InlineData("dangling/x", "no/where/x")]
    [InlineData("d/abs/x", "no/where/x")]
    [InlineData("d/rel/x", "d/no/where/x")]
    public void Linked_parents_are_resolved_inside_the_root(string path, string resolved)
    {
        var builder = new FileTreeBuilder();
        builder.Add("d", TestInodes.Directory());
        builder.Add("d/back", TestInodes.Link(".."));
        builder.Add("d/abs", TestInodes.Link("/no/where"));
        builder.Add("d/rel", TestInodes.Link("no/where"));
        builder.Add("l", TestInodes.Link("/d"));
        builder.Add("up", TestInodes.Link("../../."));
        builder.Add("dangling", TestInodes.Link("no/where"));
        Assert.Equal((ByteString)resolved, SymbolicLinkResolver.ResolveParents(builder, path));
    }

    [Fact]
    public void Paths_that_cannot_be_resolved_are_errors()
    {
        var builder = new FileTreeBuilder();
        builder.Add("circle", TestInodes.Link("circle"));
        Fails("more than 40 symbolic links", "circle/x");
        Fails("'a/../x' contains a '..' component", "a/../x");

        void Fails(string message, string path) => Assert.Contains(
            message, Assert.Throws<ArgumentException>(() => SymbolicLinkResolver.ResolveParents(builder, path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void As_many_links_are_followed_as_Linux_follows()
    {
        var builder = new FileTreeBuilder();
        for (var i = 0; i < SymbolicLinkResolver.MaxLinks + 1; i++)
        {
            builder.Add($"l{i}", TestInodes.Link($"l{i + 1}"));
        }

        var followed = 0;
        Assert.Equal((ByteString)"l41/x", SymbolicLinkResolver.ResolveParents(builder, "l1/x"));
        Assert.Null(SymbolicLinkResolver.ResolveParents(builder.Root, ["l0", "x"], _ => followed++));
        Assert.Equal(SymbolicLinkResolver.MaxLinks, followed);
    }
}
