using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tests.FileSystem;

public sealed class TreePathTests
{
    [Theory]
    [InlineData("", "a")]
    [InlineData("a", "a/b")]
    [InlineData("a/b", "a-b")]
    [InlineData("a/z", "a.txt")]
    [InlineData("a", "ab")]
    [InlineData("a/b/c", "a/c")]
    [InlineData("Z", "a")]
    [InlineData("z", "\u00e9")]
    [InlineData("a/\u0001", "a\u0001")]
    public void A_directory_comes_right_before_what_it_holds(string first, string second)
    {
        ByteString left = first, right = second;
        Assert.True(TreePath.Compare(left.Span, right.Span) < 0);
        Assert.True(TreePath.Compare(right.Span, left.Span) > 0);
        Assert.Equal(0, TreePath.Compare(left.Span, left.Span));
    }

    [Fact]
    public void The_order_is_that_of_the_components_bytes()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            ByteString left = RandomPath(random), right = RandomPath(random);
            Assert.Equal(Math.Sign(CompareComponents(left, right)), Math.Sign(TreePath.Compare(left.Span, right.Span)));
        }
    }

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("/", new string[0])]
    [InlineData("a", new[] { "a" })]
    [InlineData("./a//b/./c/", new[] { "a", "b", "c" })]
    [InlineData("../a/..", new[] { "..", "a", ".." })]
    [InlineData(".../.a/b.", new[] { "...", ".a", "b." })]
    public void Empty_components_and_dots_are_dropped(string path, string[] components)
    {
        Assert.Equal(components.Select(static c => (ByteString)c), TreePath.Split(path));
        Assert.Equal((ByteString)string.Join('/', components), TreePath.Join(TreePath.Split(path)));
    }

    private static string RandomPath(Random random) =>
        string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => new string(random.GetItems("a-cb~\u0001".AsSpan(), random.Next(1, 3)))));

    private static int CompareComponents(ByteString left, ByteString right)
    {
        List<ByteString> l = TreePath.Split(left), r = TreePath.Split(right);
        var order = l.Zip(r, static (a, b) => a.CompareTo(b)).FirstOrDefault(static o => o != 0);
        return order != 0 ? order : l.Count - r.Count;
    }
}
