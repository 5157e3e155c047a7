namespace ReproBuild.Build.Tests.Memory;

/// <summary>What an entry takes, from its layer to the tree.</summary>
[Trait("Speed", "Slow")]
public sealed class ManyEntriesTests
{
    private const int Entries = 1_000_000;

    /// <summary>The peak of a process that reads the layer and makes the tree, and still holds both, beyond that of one without entries.</summary>
    [Fact]
    public async Task A_million_entries_take_less_than_400_bytes_each()
    {
        var none = await MeasuredBuild.PeakOfTreeAsync(1, TestContext.Current.CancellationToken);
        var million = await MeasuredBuild.PeakOfTreeAsync(Entries, TestContext.Current.CancellationToken);
        Assert.InRange((million - none) / Entries, 100, 400);
    }
}
