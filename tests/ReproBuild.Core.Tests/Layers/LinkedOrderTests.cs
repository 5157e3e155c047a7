using ReproBuild.Testing.InMemory;
using static ReproBuild.Core.Tests.Layers.AppliedLayers;

namespace ReproBuild.Core.Tests.Layers;

/// <summary>A layer means the same whatever the order of its entries, also where their paths lead through links of the layers below.</summary>
public sealed class LinkedOrderTests
{
    private static InMemoryLayer Lower => Layer()
        .SymbolicLink("a", "dir/text").SymbolicLink("b", "dir").SymbolicLink("c", "dir/sub")
        .File("file", "f").Directory("other").Directory("dir").File("dir/text", "t").File("dir/sub/old", "o").Directory("dir/sub", uid: 7);

    /// <summary>What a layer of two entries takes from the tree below and adds to it.</summary>
    [Theory]
    // A parent takes the place of a file before what is below it comes, whether it is named or deleted.
    [InlineData("file/x", "file/", "-f file=f +d file +f file/x=new")]
    [InlineData("file/x", ".wh.file", "-f file=f +d file +f file/x=new")]
    // A link is followed as the layer leaves it.
    [InlineData("c/x", "dir/sub->/other", "-d dir/sub -f dir/sub/old=o +l dir/sub->/other +f other/x=new")]
    [InlineData("c/x", "b/sub->/other", "-d dir/sub -f dir/sub/old=o +l dir/sub->/other +f other/x=new")]
    // What is deleted through a link is gone before something is put through another link.
    [InlineData("a/x", "b/.wh.text", "-f dir/text=t +d dir/text +f dir/text/x=new")]
    // A whiteout through a link deletes nothing of its own layer, and all else.
    [InlineData("dir/text", "b/.wh.text", "-f dir/text=t +f dir/text=new")]
    [InlineData("dir/sub/x", "b/.wh.sub", "-f dir/sub/old=o +f dir/sub/x=new")]
    [InlineData("dir/sub/x", "b/.wh..wh..opq", "-f dir/sub/old=o -f dir/text=t +f dir/sub/x=new")]
    public void The_order_of_entries_does_not_show(string first, string second, string changes)
    {
        Assert.Equal(changes, ChangesOf(first, second));
        Assert.Equal(changes, ChangesOf(second, first));
    }

    [Fact]
    public void A_directory_that_is_deleted_through_a_link_has_the_metadata_that_its_own_layer_gives()
    {
        Assert.True(Apply(Lower, Layer().File("dir/sub/x", "new").Whiteout("b/.wh.sub")).IsImplied("dir/sub"));
        Assert.Equal(9u, Apply(Lower, Layer().Directory("dir/sub", uid: 9).Whiteout("b/.wh.sub")).Find("dir/sub")!.Inode.UserId);
    }

    private static string ChangesOf(params string[] entries)
    {
        var (before, after) = (List(Lower), List(Lower, entries.Aggregate(Layer(), Add)));
        return string.Join(' ', [.. before.Except(after).Select(static line => "-" + line), .. after.Except(before).Select(static line => "+" + line)]);
    }

    private static InMemoryLayer Add(InMemoryLayer layer, string entry) =>
        entry.Split("->") is [var link, var target] ? layer.SymbolicLink(link, target)
        : entry.EndsWith('/') ? layer.Directory(entry)
        : entry.Contains(".wh.", StringComparison.Ordinal) ? layer.Whiteout(entry)
        : layer.File(entry, "new");
}
