using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.SquashFs;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Tools;
using static ReproBuild.Outputs.Tests.SquashFs.SquashFsTesting;

namespace ReproBuild.Outputs.Tests.SquashFs;

/// <summary>unsquashfs and the kernel read what was written.</summary>
[Trait("Speed", "Slow")]
public sealed class SquashFsReaderTests : IDisposable
{
    private const string AttributeScript = """
        import os, sys
        root = os.fsencode(sys.argv[1])
        for path, dirs, files in os.walk(root):
            for name in dirs + files:
                full = os.path.join(path, name)
                for x in sorted(os.listxattr(full, follow_symlinks=False)):
                    print(os.fsdecode(full[len(root) + 1:]), x, os.getxattr(full, x, follow_symlinks=False).decode())
        """;

    private static readonly ExternalTool Unsquashfs = new("unsquashfs", "squashfs-tools");
    private static readonly ExternalTool MountTool = new("mount", "mount");
    private static readonly ExternalTool UnmountTool = new("umount", "mount");

    private readonly TemporaryDirectory _directory = new("squashfs");
    private readonly SquashFsTesting _testing = new();

    public static TheoryData<int, SquashFsCompression> Variants => new()
    {
        { 4096, SquashFsCompression.Gzip }, { 131072, SquashFsCompression.Gzip }, { 1048576, SquashFsCompression.Gzip },
        { 4096, SquashFsCompression.Lz4 }, { 131072, SquashFsCompression.Lz4 },
        { 4096, SquashFsCompression.Zstd }, { 131072, SquashFsCompression.Zstd }, { 1048576, SquashFsCompression.Zstd },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _testing.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task Unsquashfs_extracts_the_tree(int blockSize, SquashFsCompression compression)
    {
        SkipUnlessRoot(Unsquashfs, ExtractedTreeLines.Python);
        var tree = Everything();
        var image = await WriteAsync(tree, new SquashFsOptions { BlockSize = blockSize, Compression = compression });
        await Unsquashfs.RunAsync(["-no-progress", "-d", _directory["out"], image], cancellationToken: Cancellation);

        Assert.Equal(TreeLines.Of(tree), await ExtractedTreeLines.OfAsync(_directory["out"], Cancellation));
        Assert.Equal(Attributes, await ListAttributesAsync(_directory["out"]));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task The_kernel_mounts_the_tree(int blockSize, SquashFsCompression compression)
    {
        SkipUnlessRoot(MountTool, ExtractedTreeLines.Python);
        var tree = Everything();
        await using var mounted = await MountAsync(await WriteAsync(tree, new SquashFsOptions { BlockSize = blockSize, Compression = compression }));

        Assert.Equal(TreeLines.Of(tree), await ExtractedTreeLines.OfAsync(mounted.Path, Cancellation));
        Assert.Equal(Attributes, await ListAttributesAsync(mounted.Path));
    }

    [Fact]
    public async Task The_kernel_finds_each_of_many_names_through_the_index()
    {
        SkipUnlessRoot(MountTool, ExtractedTreeLines.Python);
        var tree = Tree([.. Enumerable.Range(0, 10_000).Select(static i => ($"d/some-name-{i:D5}", File([(byte)(i & 255)])))]);
        await using var mounted = await MountAsync(await WriteAsync(tree));
        var script = "import os, sys\nd = sys.argv[1] + '/d/'\nprint(sum(open(d + 'some-name-%05d' % i, 'rb').read()[0] == i % 256 for i in range(0, 10000, 7)))"
            + "\nprint(os.path.exists(d + 'some-name-1'), len(os.listdir(d)))";

        Assert.Equal("1429\nFalse 10000\n", await ExtractedTreeLines.Python.RunAsync(["-c", script, mounted.Path], cancellationToken: Cancellation));
    }

    [Fact]
    public async Task The_kernel_reads_both_ends_of_a_file_beyond_4_GiB()
    {
        SkipUnlessRoot(MountTool, ExtractedTreeLines.Python);
        var content = new FileContentBuilder().Append("begin"u8.ToArray()).PadTo(5L << 30).Append("end"u8.ToArray()).Build();
        await using var mounted = await MountAsync(await WriteAsync(Tree(("large", File(content)))));
        var script = "import os, sys\nf = open(sys.argv[1] + '/large', 'rb')\ns = os.fstat(f.fileno())\nprint(s.st_size, s.st_blocks < 1024, f.read(6))\n"
            + "f.seek(-6, 2)\nprint(f.read())\nf.seek(3 << 30)\nprint(f.read(1 << 20) == bytes(1 << 20))";

        Assert.Equal("5368709123 True b'begin\\x00'\nb'\\x00\\x00\\x00end'\nTrue\n",
            await ExtractedTreeLines.Python.RunAsync(["-c", script, mounted.Path], cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Unsquashfs_shows_the_superblock_and_keeps_holes()
    {
        SkipUnlessRoot(Unsquashfs);
        var content = new FileContentBuilder().Append("begin"u8.ToArray()).PadTo(64 << 20).Append("end"u8.ToArray()).Build();
        var image = await WriteAsync(Tree(("sparse", File(content)), ("link", SampleTree.SymbolicLink("sparse"))));
        var statistics = await Unsquashfs.RunAsync(["-stat", image], new ToolOptions { Environment = new Dictionary<string, string> { ["TZ"] = "UTC" } }, Cancellation);

        foreach (var line in (string[])
            [
                "Found a valid SQUASHFS 4:0 superblock", "Tue Apr 18 16:30:00 2017", "Compression gzip", "Block size 131072",
                "Filesystem is exportable via NFS", "Always-use-fragments option is specified", "Duplicates are removed", "Number of inodes 3", "Number of ids 1",
            ])
        {
            Assert.Contains(line, statistics, StringComparison.Ordinal);
        }

        Assert.Contains("-rw-r--r-- 0/0 ", await Unsquashfs.RunAsync(["-lln", image], cancellationToken: Cancellation), StringComparison.Ordinal);
        await Unsquashfs.RunAsync(["-no-progress", "-d", _directory["out"], image], cancellationToken: Cancellation);
        var script = "import os, sys\ns = os.stat(sys.argv[1])\nprint(s.st_size, s.st_blocks < 2048)";
        Assert.Equal("67108867 True\n", await ExtractedTreeLines.Python.RunAsync(["-c", script, _directory["out/sparse"]], cancellationToken: Cancellation));
    }

    private static string[] Attributes =>
    [
        "attributes/dir trusted.overlay.opaque y", "attributes/dir user.note dir", "attributes/file security.test s", "attributes/file user.note file",
        "attributes/link trusted.link l",
    ];

    private static FileTree Everything()
    {
        var builder = new FileTreeBuilder(SampleTree.Directory());
        builder.AddTree("", SampleTree.Create());
        builder.Add("text", File(Text(3_000_000, 1)));
        builder.Add("noise", File(Noise(300_000, 2)));
        builder.Add("noise-again", File(Noise(300_000, 2)));
        builder.Add("zeros", File(new byte[2 << 20]));
        builder.Add("attributes", SampleTree.Directory());
        builder.Add("attributes/dir", WithAttributes(FileType.Directory, ("trusted.overlay.opaque", "y"), ("user.note", "dir")));
        builder.Add("attributes/file", WithAttributes(FileType.RegularFile, ("security.test", "s"), ("user.note", "file")));
        builder.Add("attributes/link", WithAttributes(FileType.SymbolicLink, ("trusted.link", "l")));
        for (var i = 0; i < 3000; i++)
        {
            builder.Add($"many-names-in-one-directory-{i:D4}", File([(byte)(i & 255)]));
        }

        return builder.Build();
    }

    private static async Task<string[]> ListAttributesAsync(string directory) =>
        [.. (await ExtractedTreeLines.Python.RunAsync(["-c", AttributeScript, directory], cancellationToken: Cancellation))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];

    private static void SkipUnlessRoot(params ExternalTool[] tools)
    {
        Assert.SkipUnless(TestHost.IsRoot, TestHost.RootSkipReason);
        foreach (var tool in tools)
        {
            Assert.SkipUnless(tool.IsAvailable, tool.SkipReason);
        }
    }

    private async Task<string> WriteAsync(FileTree tree, SquashFsOptions? options = null)
    {
        var path = _directory["image.squashfs"];
        await (await _testing.CreateAsync(tree, options)).WriteToAsync(path, Cancellation);
        return path;
    }

    /// <summary>Whether the kernel has the compressor that the superblock names: its options are built in or not, one by one.</summary>
    private static async Task<bool> CanDecompressAsync(string image)
    {
        var superblock = new byte[96];
        await using var stream = System.IO.File.OpenRead(image);
        await stream.ReadExactlyAsync(superblock, Cancellation);
        return superblock[20] == (byte)SquashFsCompression.Gzip;
    }

    private async Task<Mount> MountAsync(string image)
    {
        Assert.SkipUnless((await System.IO.File.ReadAllTextAsync("/proc/filesystems")).Contains("squashfs", StringComparison.Ordinal),
            "The kernel of this machine has no SquashFS.");
        var path = Directory.CreateDirectory(_directory["mounted"]).FullName;
        var result = await MountTool.TryRunAsync(["-t", "squashfs", "-o", "ro,loop", image, path], cancellationToken: Cancellation);
        Assert.SkipWhen(result.Error.Contains("loop device", StringComparison.Ordinal), $"This machine has no loop devices: {result.Error}");
        Assert.SkipWhen(result.ExitCode != 0 && !await CanDecompressAsync(image), "The kernel of this machine cannot decompress the image.");
        result.EnsureSuccess();
        return new Mount(path);
    }

    private sealed record Mount(string Path) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await UnmountTool.RunAsync([Path]);
    }
}
