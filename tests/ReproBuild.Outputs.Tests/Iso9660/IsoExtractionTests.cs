using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Iso9660;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Outputs.Tests.Iso9660;

/// <summary>xorriso extracts the tree that was written.</summary>
public sealed class IsoExtractionTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new("iso");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task One_of_everything() => await ExtractAndCompareAsync(Without(SampleTree.Create(), "dev/loop300"));

    /// <summary>The device with a minor number above 255 is written as Linux reads it, which xorriso does not.</summary>
    private static FileTree Without(FileTree tree, ByteString path)
    {
        var builder = new FileTreeBuilder(tree.Root.Inode);
        builder.AddTree(ByteString.Empty, tree);
        Assert.True(builder.Remove(path));
        return builder.Build();
    }

    [Fact]
    public async Task Deep_directories_and_the_longest_names()
    {
        var builder = new FileTreeBuilder();
        var path = "";
        for (var depth = 1; depth <= 40; depth++)
        {
            path += (depth == 1 ? "" : "/") + $"level-{depth}";
            builder.Add(path, SampleTree.Directory());
        }

        builder.Add($"{path}/file", SampleTree.File("at the bottom"u8.ToArray()));
        builder.Add(new string('n', 255), SampleTree.File("255"u8.ToArray()));
        builder.Add("d" + new string('n', 250), SampleTree.Directory());
        builder.Add("l" + new string('n', 249), SampleTree.SymbolicLink("250"));
        builder.Add("Ünïcödé-名前-😀", SampleTree.File("text"u8.ToArray()));
        await ExtractAndCompareAsync(builder.Build());
    }

    /// <summary>xorriso takes targets up to 1,023 bytes.</summary>
    [Fact]
    public async Task Targets_of_symbolic_links()
    {
        var builder = new FileTreeBuilder();
        ByteString[] targets =
        [
            "/", ".", "..", "a", "/a", "../..", "./a/../b", "/a/b/c", new string('t', 248), new string('t', 249), new string('t', 255), "/" + new string('t', 247),
            string.Join('/', Enumerable.Repeat("component", 25)), string.Join('/', Enumerable.Repeat("component", 102)),
            string.Join('/', Enumerable.Repeat(new string('x', 255), 3)), string.Join('/', Enumerable.Repeat("..", 200)), new ByteString([0xff, (byte)'/', 0xfe]),
        ];
        for (var i = 0; i < targets.Length; i++)
        {
            builder.Add($"link{i:D2}", SampleTree.SymbolicLink(targets[i]));
        }

        await ExtractAndCompareAsync(builder.Build());
    }

    [Fact]
    public async Task A_directory_of_many_files()
    {
        var builder = new FileTreeBuilder();
        builder.Add("d", SampleTree.Directory());
        for (var i = 0; i < 1200; i++)
        {
            builder.Add($"d/one of many files with a name of some length, number {i}", SampleTree.File(BitConverter.GetBytes(i)));
        }

        await ExtractAndCompareAsync(builder.Build());
    }

    [Fact]
    public async Task Times_that_the_short_form_holds()
    {
        var builder = new FileTreeBuilder();
        builder.Add("epoch", SampleTree.File("0"u8.ToArray(), time: 0));
        builder.Add("old", SampleTree.File("1"u8.ToArray(), time: -2145916800));
        builder.Add("new", SampleTree.File("2"u8.ToArray(), time: 5869583999));
        await ExtractAndCompareAsync(builder.Build());
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task A_sparse_file_of_more_than_4_GiB()
    {
        SkipUnlessExtractable();
        const long Size = 5L << 30;
        var content = new FileContentBuilder().Append("begin"u8.ToArray()).PadTo(IsoConstants.MaxSectionSize - 2).Append("seam"u8.ToArray()).PadTo(Size - 3).Append("end"u8.ToArray()).Build();
        var builder = new FileTreeBuilder();
        builder.Add("big", new Inode { Type = FileType.RegularFile, Mode = (UnixFileMode)0b110_100_100, Content = content });
        builder.Add("zz", SampleTree.File("after"u8.ToArray()));
        var image = await WriteAsync(builder.Build());
        await IsoTools.ExtractAsync(image, _directory["out"], TestContext.Current.CancellationToken);
        await using var big = File.OpenRead(_directory["out/big"]);
        Assert.Equal(Size, big.Length);
        Assert.Equal("begin"u8.ToArray(), Read(big, 0, 5));
        Assert.Equal("\0seam\0"u8.ToArray(), Read(big, IsoConstants.MaxSectionSize - 3, 6));
        Assert.Equal("\0end"u8.ToArray(), Read(big, Size - 4, 4));
        Assert.Equal("after", await File.ReadAllTextAsync(_directory["out/zz"]));
    }

    private static byte[] Read(Stream stream, long offset, int count)
    {
        var bytes = new byte[count];
        stream.Position = offset;
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static void SkipUnlessExtractable()
    {
        Assert.SkipUnless(IsoTools.Xorriso.IsAvailable, IsoTools.Xorriso.SkipReason);
        Assert.SkipUnless(ExtractedTreeLines.Python.IsAvailable, ExtractedTreeLines.Python.SkipReason);
        Assert.SkipUnless(TestHost.IsRoot, TestHost.RootSkipReason);
    }

    private async Task ExtractAndCompareAsync(FileTree tree)
    {
        SkipUnlessExtractable();
        await IsoTools.ExtractAsync(await WriteAsync(tree), _directory["out"], TestContext.Current.CancellationToken);
        // xorriso does not set the times of symbolic links.
        var extracted = await ExtractedTreeLines.OfAsync(_directory["out"], TestContext.Current.CancellationToken);
        Assert.Equal(TreeLines.WithoutTimes(TreeLines.Of(tree), ["link"]), TreeLines.WithoutTimes(extracted, ["link"]));
    }

    private async Task<string> WriteAsync(FileTree tree)
    {
        var path = _directory["volume.iso"];
        await (await Iso9660Image.CreateAsync(tree)).WriteToAsync(path, TestContext.Current.CancellationToken);
        return path;
    }
}
