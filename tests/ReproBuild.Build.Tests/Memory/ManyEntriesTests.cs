namespace ReproBuild.Build.Tests.Memory;

/// <summary>What an entry takes, from its layer to the tree.</summary>
[Trait("Speed", "Slow")]
public sealed class ManyEntriesTests
{
    private const int Entries = 1_000_000;

    /// <summary>The memory of a process that has read the layer and made the tree, and holds both, beyond that of one without entries.</summary>
    [Fact]
    public async Task A_million_entries_take_less_than_400_bytes_each()
    {
        var none = await MeasuredBuild.HeapOfTreeAsync(1, TestContext.Current.CancellationToken);
        var million = await MeasuredBuild.HeapOfTreeAsync(Entries, TestContext.Current.CancellationToken);
        Assert.InRange((million - none) / Entries, 100, 400);
    }
}
