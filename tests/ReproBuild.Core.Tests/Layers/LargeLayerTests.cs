using ReproBuild.Testing.InMemory;
using static ReproBuild.Core.Tests.Layers.AppliedLayers;

namespace ReproBuild.Core.Tests.Layers;

/// <summary>Layers that would take minutes if time grew with more than their size.</summary>
public sealed class LargeLayerTests
{
    [Fact]
    public void The_deepest_tree_that_the_limits_allow_is_applied()
    {
        var path = string.Join('/', Enumerable.Repeat("d", 2048));
        var tree = Apply(Layer().Directory(path), Layer().File(path[..^1] + "f", "x").Whiteout(".wh.d"));
        Assert.Equal(2048, tree.Entries.Length);
        Assert.Equal((ByteString)"f", tree.Entries[^1].Name);
    }

    [Fact]
    public void Many_whiteouts_over_many_files_do_not_multiply()
    {
        var layer = Enumerable.Range(0, 20_000).Aggregate(Layer(), static (l, i) => l.File($"d/f{i}", "x"));
        layer = Enumerable.Range(0, 20_000).Aggregate(layer, static (l, _) => l.Whiteout(".wh.d").Whiteout("d/.wh..wh..opq"));
        Assert.Equal(20_001, Apply(Layer().File("d/old", "x"), layer).Entries.Length);
    }

    [Fact]
    public void A_hundred_thousand_entries_are_applied_and_replaced()
    {
        InMemoryLayer Many(string text) => Enumerable.Range(0, 100_000)
            .Aggregate(Layer(), (l, i) => l.File($"usr/share/doc/package{i % 1000}/deep/er/f{i}", i % 100 == 0 ? text : ""));
        var tree = Apply(Many("a"), Many("b"));
        Assert.Equal(100_000 + 3 + (3 * 1000), tree.Entries.Length);
        Assert.Equal("b", TreeListing.TextOf(tree.Find("usr/share/doc/package0/deep/er/f0")!.Inode.Content));
    }
}
