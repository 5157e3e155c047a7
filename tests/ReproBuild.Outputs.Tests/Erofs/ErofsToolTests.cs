using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Erofs;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Tools;
using static ReproBuild.Outputs.Tests.Erofs.ErofsTesting;

namespace ReproBuild.Outputs.Tests.Erofs;

/// <summary>erofs-utils and the kernel read what was written.</summary>
public sealed class ErofsToolTests : IDisposable
{
    private const string AttributeScript = """
        import hashlib, os, sys
        root = os.fsencode(sys.argv[1])
        for path, dirs, files in os.walk(root):
            for name in dirs + files:
                full = os.path.join(path, name)
                for x in sorted(os.listxattr(full, follow_symlinks=False)):
                    print(full[len(root) + 1:].hex(), x, hashlib.sha256(os.getxattr(full, x, follow_symlinks=False)).hexdigest())
        """;

    private static readonly ExternalTool Fsck = new("fsck.erofs", "erofs-utils");
    private static readonly ExternalTool Dump = new("dump.erofs", "erofs-utils");
    private static readonly ExternalTool MountTool = new("mount", "mount");
    private static readonly ExternalTool Unmount = new("umount", "mount");

    private readonly TemporaryDirectory _directory = new("erofs");
    private readonly ScratchSpace _scratch = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _scratch.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(ErofsCompression.None)]
    [InlineData(ErofsCompression.Lz4)]
    public async Task Fsck_extracts_the_tree(ErofsCompression compression)
    {
        SkipUnlessRoot(Fsck, ExtractedTreeLines.Python);
        var tree = EverythingAnd(compression);
        var image = await WriteAsync(tree, compression);

        await Fsck.RunAsync([$"--extract={_directory["out"]}", "--preserve", image], cancellationToken: Cancellation);

        Assert.Equal(AsFsckExtracts(TreeLines.Of(tree)), AsFsckExtracts(await ExtractedTreeLines.OfAsync(_directory["out"], Cancellation)));
    }

    [Theory]
    [InlineData(ErofsCompression.None)]
    [InlineData(ErofsCompression.Lz4)]
    public async Task The_kernel_mounts_the_tree(ErofsCompression compression)
    {
        SkipUnlessRoot(MountTool, ExtractedTreeLines.Python);
        var tree = EverythingAnd(compression);
        await using var mounted = await MountAsync(await WriteAsync(tree, compression));

        Assert.Equal(TreeLines.Of(tree), await ExtractedTreeLines.OfAsync(mounted.Path, Cancellation));
        Assert.Equal(AttributeLines(tree), await RunPythonAsync(AttributeScript, mounted.Path));
        var script = "import os, sys\ns = os.stat(sys.argv[1])\nprint(oct(s.st_mode), s.st_uid, os.stat(sys.argv[1] + '/before-1970').st_mtime_ns)";
        Assert.Equal(["0o40750 70000 -86399000000001"], await RunPythonAsync(script, mounted.Path));
    }

    [Fact]
    public async Task The_kernel_finds_each_of_10000_names()
    {
        SkipUnlessRoot(MountTool, Fsck, ExtractedTreeLines.Python);
        var image = await WriteAsync(Tree(Enumerable.Range(0, 10_000).Select(static i => ((ByteString)$"d/{new string('n', i % 90)}{i}", File([unchecked((byte)i)])))));
        await Fsck.RunAsync([image], cancellationToken: Cancellation);
        await using var mounted = await MountAsync(image);
        var script = """
            import os, sys
            d = sys.argv[1] + '/d/'
            print(sum(open(d + 'n' * (i % 90) + str(i), 'rb').read()[0] == i % 256 for i in range(10000)))
            print(any(os.path.exists(d + 'n' * (i % 90) + str(i + 1)) for i in range(10000)), len(os.listdir(d)))
            """;

        Assert.Equal(["10000", "False 10000"], await RunPythonAsync(script, mounted.Path));
    }

    [Theory]
    [InlineData(ErofsCompression.None)]
    [InlineData(ErofsCompression.Lz4)]
    public async Task The_kernel_reads_both_ends_of_a_file_beyond_4_GiB(ErofsCompression compression)
    {
        SkipUnlessRoot(MountTool, ExtractedTreeLines.Python);
        var content = new FileContentBuilder().Append("begin"u8.ToArray()).PadTo(5L << 30).Append("end"u8.ToArray()).Build();
        await using var mounted = await MountAsync(await WriteAsync(Tree(("large", File(content)), ("next", File(Pattern(9000)))), compression));
        var script = """
            import os, sys
            f = open(sys.argv[1] + '/large', 'rb')
            print(os.fstat(f.fileno()).st_size, f.read(6))
            f.seek(-6, 2)
            print(f.read(), len(open(sys.argv[1] + '/next', 'rb').read()))
            """;

        Assert.Equal([@"5368709123 b'begin\x00'", @"b'\x00\x00\x00end' 9000"], await RunPythonAsync(script, mounted.Path));
    }

    [Fact]
    public async Task Dump_shows_the_superblock()
    {
        SkipUnlessRoot(Dump);
        var image = await WriteAsync(SampleTree.Create());
        var text = await Dump.RunAsync(["-s", image], new ToolOptions { Environment = new Dictionary<string, string> { ["TZ"] = "UTC" } }, Cancellation);

        foreach (var line in (string[])["0xE0F5E1E2", "Tue Apr 18 16:30:00 2017", "01234567-89ab-8def-8123-456789abcdef", "sb_csum", "mtime"])
        {
            Assert.Contains(line, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_kernel_reads_compressed_files_from_any_place()
    {
        SkipUnlessRoot(MountTool, ExtractedTreeLines.Python);
        byte[] content = [.. Enumerable.Range(0, 300).SelectMany(static i => i % 3 == 0 ? Noise(5000 + i, i) : i % 3 == 1 ? Text(20_000 - i, i) : new byte[50_000])];
        await System.IO.File.WriteAllBytesAsync(_directory["content"], content, Cancellation);
        await using var mounted = await MountAsync(await WriteAsync(Tree(("file", File(content))), ErofsCompression.Lz4));
        var script = """
            import os, random, sys
            random.seed(1)
            content = open(os.path.dirname(sys.argv[1]) + '/content', 'rb').read()
            f = os.open(sys.argv[1] + '/file', os.O_RDONLY)
            places = [(random.randrange(len(content)), random.choice((1, 4096, 70000))) for i in range(2000)]
            print(sum(os.pread(f, count, start) == content[start:start + count] for start, count in places), len(content))
            """;

        Assert.Equal([$"2000 {content.Length}"], await RunPythonAsync(script, mounted.Path));
    }

    [Fact]
    public async Task Dump_shows_the_extents_of_a_compressed_file()
    {
        SkipUnlessRoot(Dump);
        var image = await WriteAsync(Tree(("zeros", File(new byte[3_000_000])), ("text", File(Text(9000)))), ErofsCompression.Lz4);
        var text = await Dump.RunAsync(["--path=/zeros", "-e", image], cancellationToken: Cancellation);

        Assert.Contains("0: 0.. 1041954 | 1041954", string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Contains("On-disk size: 16384 ", text, StringComparison.Ordinal);
        Assert.Contains("/zeros: 4 extents found", text, StringComparison.Ordinal);
        Assert.Contains("0padding", await Dump.RunAsync(["-s", image], cancellationToken: Cancellation), StringComparison.Ordinal);
    }

    private static FileTree EverythingAnd(ErofsCompression compression)
    {
        var builder = new FileTreeBuilder(Everything().Root.Inode);
        builder.AddTree("", Everything());
        if (compression != ErofsCompression.None)
        {
            builder.AddTree("compressible", Compressible(), implicitParent: SampleTree.Directory());
        }

        return builder.Build();
    }

    /// <summary>erofs-utils 1.5 extracts hard links as files of their own, and sets the owner last, which clears set-user-id. The kernel shows both.</summary>
    private static IEnumerable<string> AsFsckExtracts(IEnumerable<string> lines) => lines.Select(static line =>
    {
        var fields = line.Split('|');
        fields[2] = fields[1] == "file" ? fields[2][^Math.Min(3, fields[2].Length)..] : fields[2];
        fields[^1] = "";
        return string.Join('|', fields);
    });

    private static string[] AttributeLines(FileTree tree) =>
    [
        .. tree.Entries.SelectMany(static entry => entry.Inode.ExtendedAttributes.Select(attribute =>
            $"{Convert.ToHexStringLower(entry.Path.Span)} {attribute.Name} {Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(attribute.Value.Span))}"))
            .Order(StringComparer.Ordinal),
    ];

    private static async Task<string[]> RunPythonAsync(string script, string directory) =>
        [.. (await ExtractedTreeLines.Python.RunAsync(["-c", script, directory], cancellationToken: Cancellation))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];

    private static void SkipUnlessRoot(params ExternalTool[] tools)
    {
        Assert.SkipUnless(TestHost.IsRoot, TestHost.RootSkipReason);
        foreach (var tool in tools)
        {
            Assert.SkipUnless(tool.IsAvailable, tool.SkipReason);
        }
    }

    private async Task<string> WriteAsync(FileTree tree, ErofsCompression compression = ErofsCompression.None)
    {
        var path = _directory["image.erofs"];
        var image = await ErofsImage.CreateAsync(tree, With(compression), _scratch, Cancellation);
        await image.WriteToAsync(path, Cancellation);
        return path;
    }

    private async Task<Mount> MountAsync(string image)
    {
        Assert.SkipUnless((await System.IO.File.ReadAllTextAsync("/proc/filesystems", Cancellation)).Contains("erofs", StringComparison.Ordinal),
            "The kernel of this machine has no EROFS.");
        var path = Directory.CreateDirectory(_directory["mounted"]).FullName;
        var result = await MountTool.TryRunAsync(["-t", "erofs", "-o", "ro,loop", image, path], cancellationToken: Cancellation);
        Assert.SkipWhen(result.Error.Contains("loop device", StringComparison.Ordinal), $"This machine has no loop devices: {result.Error}");
        result.EnsureSuccess();
        return new Mount(path);
    }

    private sealed record Mount(string Path) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Unmount.RunAsync([Path]);
    }
}
