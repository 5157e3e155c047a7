using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tests.Layers;

namespace ReproBuild.Core.Tests.FileSystem;

/// <summary>What a tree takes grows with the bytes of its names, not with those of its paths.</summary>
/// <remarks>Bytes that this thread allocates are counted, which no other test changes: work that is quadratic allocates gigabytes here.</remarks>
public sealed class DeepTreeTests
{
    private const long PerEntry = 2000;

    [Fact]
    public void A_path_of_a_hundred_thousand_bytes_is_built()
    {
        const int Depth = 50_000;
        var allocated = AllocatedBy(() =>
        {
            var builder = new FileTreeBuilder();
            builder.Add(Path(Depth), TestInodes.File(), implicitParent: TestInodes.Directory());
            var tree = builder.Build();
            Assert.Equal(Depth, tree.Entries.Length);
            Assert.Equal((2 * Depth) - 1, tree.Entries[^1].Path.Length);
            Assert.Same(tree.Entries[^1], tree.Find(Path(Depth)));
        });
        Assert.InRange(allocated, 1, Depth * PerEntry);
    }

    [Fact]
    public void A_deep_tree_is_added_to_another_in_one_walk()
    {
        const int Depth = 10_000;
        var deep = new FileTreeBuilder();
        deep.Add(Path(Depth), TestInodes.File(), implicitParent: TestInodes.Directory());
        var tree = deep.Build();
        var allocated = AllocatedBy(() =>
        {
            var builder = new FileTreeBuilder();
            builder.AddTree("a/b", tree, implicitParent: TestInodes.Directory());
            Assert.Equal(Depth + 2, builder.Build().Entries.Length);
        });
        Assert.InRange(allocated, 1, Depth * PerEntry);
    }

    [Fact]
    public void A_layer_of_many_deep_paths_is_applied()
    {
        var layer = Enumerable.Range(0, 40).Aggregate(AppliedLayers.Layer(), static (all, i) => all.Directory($"d{i:D2}/{Path(2000)}"));
        var built = layer.Build();
        var allocated = AllocatedBy(() => Assert.Equal(40 * 2001, Core.Layers.LayerApplier.Apply([built]).Entries.Length));
        Assert.InRange(allocated, 1, 40 * 2001 * PerEntry);
    }

    [Fact]
    public void A_chain_of_hard_links_is_walked_once()
    {
        const int Links = 5000;
        var layer = Enumerable.Range(0, Links).Aggregate(AppliedLayers.Layer(), static (all, i) => all.HardLink($"h{i}", $"h{i + 1}")).File($"h{Links}", "x");
        var built = layer.Build();
        var allocated = AllocatedBy(() => Assert.Equal(Links + 1, Core.Layers.LayerApplier.Apply([built]).Entries[0].LinkCount));
        Assert.InRange(allocated, 1, Links * 5 * PerEntry);
    }

    [Fact]
    public void A_tree_can_be_built_on_after_it_was_built()
    {
        var builder = new FileTreeBuilder();
        builder.Add("a", TestInodes.Directory());
        builder.Add("a/f", TestInodes.File());
        var first = builder.Build();
        Assert.Same(first, builder.Build());
        builder.Add("a/g", TestInodes.File());
        Assert.True(builder.Remove("a/f"));
        Assert.Equal(["a", "a/f"], first.Entries.Select(static entry => entry.Path.ToString()));
        Assert.Equal(["a", "a/g"], builder.Build().Entries.Select(static entry => entry.Path.ToString()));
    }

    /// <summary>Names are put and removed at random, and found as in a dictionary of the base library.</summary>
    [Fact]
    public void A_directory_has_the_names_that_were_put_into_it_and_not_removed()
    {
        var random = new Random(5);
        var builder = new FileTreeBuilder();
        var expected = new SortedDictionary<string, Inode>(StringComparer.Ordinal);
        for (var step = 0; step < 20_000; step++)
        {
            var name = $"n{random.Next(500)}";
            if (random.Next(2) == 0)
            {
                builder.Add(name, expected[name] = TestInodes.File());
            }
            else
            {
                Assert.Equal(expected.Remove(name), builder.Remove(name));
            }

            var other = $"n{random.Next(500)}";
            Assert.Same(expected.GetValueOrDefault(other), builder.Find(other));
        }

        var tree = builder.Build();
        Assert.Equal(expected.Keys, tree.Entries.Select(static entry => entry.Name.ToString()));
        Assert.Equal(expected.Values, tree.Entries.Select(static entry => entry.Inode));
    }

    private static string Path(int depth) => string.Join('/', Enumerable.Repeat("d", depth));

    private static long AllocatedBy(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
