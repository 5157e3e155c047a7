using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tests.FileSystem;

public sealed class PathLimitsTests
{
    private static readonly InputLimits Limits = new() { MaxPathLength = 5, MaxNameLength = 3, MaxTreeEntries = 2, MaxTreePathSize = 7 };

    [Fact]
    public void What_is_at_a_limit_is_allowed_and_what_exceeds_it_is_named()
    {
        Assert.Null(PathLimits.Problem(5, Limits));
        Assert.Equal("the path has 6 bytes, more than 5 (limit MaxPathLength)", PathLimits.Problem(6, Limits));
        Assert.Null(PathLimits.Problem(["a", "abc"], Limits));
        Assert.Equal("a component of the path has 4 bytes, more than 3 (limit MaxNameLength)", PathLimits.Problem(["a", "abcd"], Limits));
        Assert.Null(PathLimits.TargetProblem("abcde", Limits));
        Assert.Equal("the link target has 6 bytes, more than 5 (limit MaxPathLength)", PathLimits.TargetProblem("abcdef", Limits));
    }

    [Fact]
    public void The_entries_and_the_paths_of_a_tree_are_counted_together()
    {
        Assert.Null(new TreeBudget(Limits).Add(Entry("abcde")));
        Assert.Contains("MaxPathLength", new TreeBudget(Limits).Add(Entry("abcdef")), StringComparison.Ordinal);

        var entries = new TreeBudget(Limits);
        Assert.Null(entries.Add(Entry("a")));
        Assert.Null(entries.Add(Entry("a")));
        Assert.Equal("the tree gets more than 2 entries (limit MaxTreeEntries)", entries.Add(Entry("a")));

        var paths = new TreeBudget(Limits);
        Assert.Null(paths.Add(Entry("abc")));
        Assert.Null(paths.AddPath(4));
        Assert.Equal("the paths of the tree have more than 7 bytes together (limit MaxTreePathSize)", paths.AddPath(1));

        static FileTreeEntry Entry(ByteString name) => new(null, name, TestInodes.File(), null);
    }
}
