using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Erofs;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Images;
using ReproBuild.Testing.Registry;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Real;

/// <summary>A whole Debian in an EROFS image with LZ4, beside what erofs-utils make of it.</summary>
[Trait("Speed", "Slow")]
public sealed class CompressedErofsTreeTests(TestImageRegistry registry) : IClassFixture<TestImageRegistry>, IDisposable
{
    private static readonly ExternalTool Fsck = new("fsck.erofs", "erofs-utils");
    private static readonly ExternalTool Mkfs = new("mkfs.erofs", "erofs-utils");

    private readonly TemporaryDirectory _directory = new("erofs-tree");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Debian_is_extracted_whole_from_an_image_not_much_larger_than_that_of_mkfs()
    {
        Assert.SkipUnless(TestImageRegistry.SkipReason is null, TestImageRegistry.SkipReason ?? "");
        Assert.SkipUnless(TestHost.IsRoot, TestHost.RootSkipReason);
        Assert.SkipUnless(Fsck.IsAvailable, Fsck.SkipReason);
        Assert.SkipUnless(ExtractedTreeLines.Python.IsAvailable, ExtractedTreeLines.Python.SkipReason);
        using var images = new RegistryImageSource(new RegistryOptions { CacheDirectory = _directory["cache"] });
        var tree = await RealTree.ReadAsync(images, await registry.GetAsync(TestImages.DebianTools, Cancellation), "amd64", Cancellation);

        var size = await WriteAsync(tree, _directory["image"]);
        await Fsck.RunAsync([$"--extract={_directory["out"]}", "--preserve", _directory["image"]], cancellationToken: Cancellation);

        Assert.Equal(Files(TreeLines.Of(tree)), Files(await ExtractedTreeLines.OfAsync(_directory["out"], Cancellation)));
        await Mkfs.RunAsync(["-zlz4", _directory["mkfs"], _directory["out"]], cancellationToken: Cancellation);
        Assert.InRange(size, 1, new FileInfo(_directory["mkfs"]).Length * 103 / 100);
    }

    private static async Task<long> WriteAsync(FileTree tree, string path)
    {
        using var scratch = new ScratchSpace();
        var options = new ErofsOptions { Uuid = Guid.Empty, Compression = ErofsCompression.Lz4, MaxParallelism = 2 };
        var image = await ErofsImage.CreateAsync(tree, options, scratch, Cancellation);
        await using var output = File.Create(path);
        await image.OpenRead().CopyToAsync(output, Cancellation);
        return image.Length;
    }

    /// <summary>Path, type and content: fsck.erofs 1.5 extracts hard links as files of their own, and clears set-user-id.</summary>
    private static IEnumerable<string> Files(IEnumerable<string> lines) => lines.Select(static line =>
    {
        var fields = line.Split('|');
        return string.Join('|', fields[0], fields[1], fields[5]);
    });
}
