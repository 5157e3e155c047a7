using ReproBuild.Testing.Conforming;
using ReproBuild.Testing.Images;
using ReproBuild.Testing.Registry;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Real;

/// <summary>Real images, fetched from a real registry, give the tree that umoci unpacks: every name, byte, owner, time, link and attribute.</summary>
[Trait("Speed", "Slow")]
public sealed class UmociTests(TestImageRegistry registry) : IClassFixture<TestImageRegistry>, IDisposable
{
    private readonly TemporaryDirectory _directory = new("umoci-tests");

    public static TheoryData<string> Tags => [.. TestImages.All];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Tags))]
    public async Task The_tree_is_what_umoci_unpacks(string tag)
    {
        Assert.SkipUnless(TestImageRegistry.SkipReason is null, TestImageRegistry.SkipReason ?? "");
        Assert.SkipUnless(UmociUnpack.SkipReason is null, UmociUnpack.SkipReason ?? "");
        using var images = new RegistryImageSource(new RegistryOptions { CacheDirectory = _directory["cache"] });

        var tree = await RealTree.ReadAsync(
            images, await registry.GetAsync(tag, Cancellation), tag.EndsWith("arm64", StringComparison.Ordinal) ? "arm64" : "amd64", Cancellation);

        // umoci reads no zstd; the same image with gzip layers is its measure.
        var comparable = tag == TestImages.DebianZstd ? TestImages.DebianTools : tag;
        var differences = await UmociUnpack.CompareAsync(TestImages.Layout, comparable, tree, Cancellation);
        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences.Take(40)));
        Assert.NotEmpty(tree.Entries);
    }

    [Fact]
    public async Task The_comparison_sees_what_differs()
    {
        Assert.SkipUnless(TestImageRegistry.SkipReason is null, TestImageRegistry.SkipReason ?? "");
        Assert.SkipUnless(UmociUnpack.SkipReason is null, UmociUnpack.SkipReason ?? "");
        using var images = new RegistryImageSource(new RegistryOptions { CacheDirectory = _directory["cache"] });
        var tree = await RealTree.ReadAsync(images, await registry.GetAsync(TestImages.Busybox, Cancellation), "amd64", Cancellation);
        Assert.Contains("missing   sbin/init", await UmociUnpack.CompareAsync(TestImages.Layout, TestImages.Init, tree, Cancellation));
    }
}
