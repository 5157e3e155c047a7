using System.Security.Cryptography;
using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.SquashFs;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Tools;
using static ReproBuild.Outputs.Tests.SquashFs.SquashFsTesting;

namespace ReproBuild.Outputs.Tests.SquashFs;

/// <summary>The images, read with a reader that was written from the format's description.</summary>
public sealed class SquashFsImageTests : IDisposable
{
    private readonly SquashFsTesting _testing = new();

    public void Dispose() => _testing.Dispose();

    [Fact]
    public async Task The_fields_of_a_small_image_are_pinned()
    {
        var shared = File("two names"u8.ToArray());
        var tree = Tree(
            ("bin/sh", File(Noise(10_000, 1))), ("bin/same", File(Noise(10_000, 1))), ("dev/null", WithAttributes(FileType.CharacterDevice)),
            ("dev/pipe", WithAttributes(FileType.Fifo)), ("empty", File([])), ("etc/a", shared), ("etc/b", shared),
            ("etc/link", SampleTree.SymbolicLink("../bin/sh")), ("etc/ping", WithAttributes(FileType.RegularFile, ("security.capability", "cap"))),
            ("sparse", File(new FileContentBuilder().Append("x"u8.ToArray()).AppendZeros(10_000).Append("y"u8.ToArray()).Build())),
            ("var", SampleTree.Directory(owner: 1000)));
        var dump = SquashFsDump.Of(await _testing.CreateAsync(tree, Small));

        var expected = Path.Combine(TestHost.RepositoryDirectory, "tests/ReproBuild.Outputs.Tests/SquashFs/small-image.txt");
        var matches = (await System.IO.File.ReadAllTextAsync(expected)).ReplaceLineEndings("\n") == dump;
        Assert.True(matches, $"The image is not the one that {expected} describes, but:\n{dump}");
    }

    [Theory]
    [InlineData(4096, SquashFsCompression.Gzip, "a40da7fd90e3578d47b5059e5efb41a06e441686084b76274f0a0c298e23cb1c")]
    [InlineData(131072, SquashFsCompression.Gzip, "c5e5c9a6435aa561bc658a0a85647fc75e535f6a20e8f1a701c9053508af5b3f")]
    [InlineData(131072, SquashFsCompression.Lz4, "9da9091dee532e1e7f37937b9cbfe963f186789d5787bfb0a4a686943838f809")]
    [InlineData(4096, SquashFsCompression.Zstd, "ad1069d26d52899ecbca7cf0eb35f68d8a00a6347d0c570b50644bb4d650e1e5")]
    [InlineData(131072, SquashFsCompression.Zstd, "aeaf075eada5a34186544cc91a86fcc5dc116707a14e78bd046621617e348e55")]
    [InlineData(1048576, SquashFsCompression.Zstd, "2245abc74922776548467d080cee73088d2f78e443c1896f36d2728e5e581156")]
    public async Task The_bytes_are_pinned_and_do_not_depend_on_the_parallelism(int blockSize, SquashFsCompression compression, string expected)
    {
        var tree = new FileTreeBuilder(SampleTree.Directory());
        tree.AddTree("", SampleTree.Create());
        tree.Add("text", File(Text(700_000, 1)));
        tree.Add("noise", File(Noise(300_000, 2)));
        tree.Add("attributes", WithAttributes(FileType.RegularFile, ("user.a", "1"), ("user.b", "2")));
        for (var parallelism = 1; parallelism <= 8; parallelism++)
        {
            var options = new SquashFsOptions { BlockSize = blockSize, Compression = compression, MaxParallelism = parallelism };
            var image = await _testing.CreateAsync(tree.Build(), options);
            Assert.Equal(0, image.Length % 4096);
            var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(image.OpenRead()));
            Assert.True(expected == digest, $"With a parallelism of {parallelism} the digest is {digest}.");
        }
    }

    [Fact]
    public async Task Zstd_is_number_6_without_options_and_smaller_than_gzip()
    {
        var tree = Tree(("text", File(Text(700_000, 1))), ("noise", File(Noise(100_000, 2))), ("more", File(Text(5000, 3))));
        var image = await _testing.CreateAsync(tree, new SquashFsOptions { Compression = SquashFsCompression.Zstd });
        var reader = new SquashFsReader(image);

        Assert.Equal(6UL, reader.Superblock["compressor"]);
        Assert.Equal(0UL, reader.Superblock["flags"] & 0x400);
        var children = reader.Children(reader.Root).ToDictionary(static c => c.Name, static c => c.Inode);
        Assert.Equal(Text(700_000, 1), reader.ReadFile(children["text"]));
        Assert.Equal(Noise(100_000, 2), reader.ReadFile(children["noise"]));
        Assert.Equal(Text(5000, 3), reader.ReadFile(children["more"]));
        Assert.InRange(image.Length, 1, (await _testing.CreateAsync(tree)).Length - 1);
    }

    [Fact]
    public async Task Equal_files_and_equal_tails_are_stored_once()
    {
        var (large, tail) = (Noise(100_000, 1), Noise(1000, 2));
        var once = await _testing.CreateAsync(Tree(("a", File(large)), ("t", File(tail))), Small);
        var often = await _testing.CreateAsync(
            Tree([("a", File(large)), ("t", File(tail)), .. Enumerable.Range(0, 20).SelectMany(i => new[] { ($"b{i}", File(large)), ($"c{i}", File(tail)) })]), Small);

        Assert.InRange(often.Length - once.Length, 0, 4096);
        var reader = new SquashFsReader(often);
        var children = reader.Children(reader.Root).ToDictionary(static c => c.Name, static c => c.Inode);
        Assert.Equal(children["a"]["blocks start"], children["b7"]["blocks start"]);
        Assert.NotEqual(children["a"]["inode number"], children["b7"]["inode number"]);
        Assert.Equal(large, reader.ReadFile(children["b19"]));
        Assert.Equal(tail, reader.ReadFile(children["c19"]));
    }

    [Fact]
    public async Task Files_of_one_length_that_differ_are_kept_apart()
    {
        var (left, right) = (Noise(50_000, 1), Noise(50_000, 1));
        right[20_000] ^= 1;
        var reader = new SquashFsReader(await _testing.CreateAsync(Tree(("left", File(left)), ("right", File(right))), Small));
        Assert.Equal([left, right], reader.Children(reader.Root).Select(c => reader.ReadFile(c.Inode)));
    }

    [Fact]
    public async Task Tails_share_fragment_blocks()
    {
        var files = Enumerable.Range(0, 30).Select(static i => (Path: $"f{i:D2}", Content: Noise(4096 * (i % 3) + 500 + i, i))).ToArray();
        var reader = new SquashFsReader(await _testing.CreateAsync(Tree([.. files.Select(static f => (f.Path, File(f.Content)))]), Small));

        Assert.Equal(files.Select(static f => f.Content), reader.Children(reader.Root).Select(c => reader.ReadFile(c.Inode)));
        Assert.Equal(4, reader.Fragments.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(8192)]
    [InlineData(40_000)]
    public async Task A_file_of_any_length_is_read_back(int length)
    {
        foreach (var content in (byte[][])[Noise(length, 5), Text(length, 6), new byte[length]])
        {
            var reader = new SquashFsReader(await _testing.CreateAsync(Tree(("f", File(content))), Small));
            Assert.Equal(content, reader.ReadFile(reader.Children(reader.Root).Single().Inode));
        }
    }

    [Fact]
    public async Task A_sparse_file_beyond_4_GiB_takes_no_space_and_is_counted_as_sparse()
    {
        var content = new FileContentBuilder().Append("begin"u8.ToArray()).PadTo(5L << 30).Append("end"u8.ToArray()).Build();
        var image = await _testing.CreateAsync(Tree(("large", File(content)), ("same", File(content)), ("small", File([1]))));

        Assert.InRange(image.Length, 4096, 64 * 1024);
        var reader = new SquashFsReader(image);
        var file = reader.Children(reader.Root)[0].Inode;
        Assert.Equal(9UL, file["type"]);
        Assert.Equal((5UL << 30) + 3, file["file size"]);
        Assert.Equal((5UL << 30) - 131072, file["sparse"]);
        Assert.Equal("begin", Encoding.ASCII.GetString(reader.ReadBlock(file, 0)[..5]));
        Assert.Equal("end", Encoding.ASCII.GetString(reader.ReadBlock(file, file.BlockSizes.Length)));
        Assert.All(file.BlockSizes[1..], static size => Assert.Equal(0u, size));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    public Task A_directory_of_many_names_has_an_index_of_its_blocks(int count) => CheckDirectoryAsync(count);

    /// <summary>The numbers of the inodes of hard links are further away than a header's 16 bits reach.</summary>
    [Fact]
    [Trait("Speed", "Slow")]
    public Task A_directory_whose_inode_numbers_need_more_headers_is_read_back() => CheckDirectoryAsync(70_000);

    private async Task CheckDirectoryAsync(int count)
    {
        var shared = File([1]);
        var tree = Tree([("zz-first-name-elsewhere", shared), .. Enumerable.Range(0, count).Select(i => ($"d/name-{i:D6}", i % 1000 == 5 ? shared : File([])))]);
        var reader = new SquashFsReader(await _testing.CreateAsync(tree));
        var directory = reader.Children(reader.Root)[0].Inode;

        Assert.Equal(Enumerable.Range(0, count).Select(static i => (ByteString)$"name-{i:D6}"), reader.Children(directory).Select(static c => c.Name));
        Assert.Equal(count > 500 ? 8UL : 1UL, directory["type"]);
        var blocks = (directory["block offset"] + directory["file size"] - 3 + 8191) / 8192;
        Assert.InRange(directory.Index.Count, count > 500 ? (int)blocks - 2 : 0, (int)blocks);
        Assert.Equal(directory.Index.Select(static i => i.Name), directory.Index.Select(static i => i.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Links_are_counted_and_the_parents_of_directories_are_named()
    {
        var shared = File([1]);
        var reader = new SquashFsReader(await _testing.CreateAsync(Tree(("a/b/c", shared), ("a/d/e", shared), ("a/f", shared), ("g", File([2])))));
        var root = reader.Root;
        var a = reader.Children(root)[0].Inode;
        var b = reader.Children(a)[0].Inode;
        var c = reader.Children(b)[0].Inode;

        Assert.Equal((3UL, 4UL, 2UL, 3UL), (root["link count"], a["link count"], b["link count"], c["link count"]));
        Assert.Equal((root["inode number"], a["inode number"]), (a["parent inode"], b["parent inode"]));
        Assert.Equal(c["inode number"], reader.Children(a)[2].Inode["inode number"]);
        Assert.Equal(6UL, reader.Superblock["inode count"]);
    }

    [Fact]
    public async Task Every_type_keeps_its_attributes_and_equal_sets_are_stored_once()
    {
        (string, string)[] set = [("security.capability", "a"), ("trusted.overlay.opaque", "y"), ("user.note", new string('v', 9000))];
        FileType[] types = [FileType.RegularFile, FileType.Directory, FileType.SymbolicLink, FileType.CharacterDevice, FileType.BlockDevice, FileType.Fifo];
        var reader = new SquashFsReader(await _testing.CreateAsync(Tree([.. types.Select(t => ($"{t}", WithAttributes(t, set)))])));

        Assert.Equal(types.Length, reader.Children(reader.Root).Count);
        Assert.All(reader.Children(reader.Root), child =>
        {
            Assert.Equal(0UL, child.Inode["xattr index"]);
            Assert.Equal(set, reader.Xattrs(child.Inode).Select(static x => (x.Name.ToString(), Encoding.ASCII.GetString(x.Value))));
        });
        Assert.Equal(0UL, reader.Superblock["flags"] & 0x200);
    }

    [Fact]
    public async Task Times_are_clamped_to_32_bits()
    {
        var times = new[] { -1L, 0, 1492533000, uint.MaxValue, uint.MaxValue + 1L };
        var tree = Tree([.. times.Select(static (time, i) => ($"{i}", SampleTree.File("x"u8.ToArray(), time: time)))]);
        var reader = new SquashFsReader(await _testing.CreateAsync(tree, new SquashFsOptions { SourceDateEpoch = 7 }));

        Assert.Equal([0UL, 0, 1492533000, uint.MaxValue, uint.MaxValue], reader.Children(reader.Root).Select(static c => c.Inode["mtime"]));
        Assert.Equal(7UL, reader.Superblock["mod time"]);
    }

    [Fact]
    public async Task An_empty_tree_is_an_image()
    {
        var image = await _testing.CreateAsync(new FileTreeBuilder().Build());
        var reader = new SquashFsReader(image);
        Assert.Equal(4096, image.Length);
        Assert.Empty(reader.Children(reader.Root));
    }

    [Fact]
    public async Task Reading_is_never_further_ahead_of_writing_than_the_blocks_in_flight()
    {
        const int Parallelism = 3;
        const int Blocks = 200;
        var destination = new CountingStream();
        var source = new NoiseBlob(Blocks * Small.BlockSize);
        source.Reading += read => Assert.InRange(read - destination.Count, 0, (Parallelism + 1) * Small.BlockSize);
        Inode[] files = [File(new FileContent(source, 0, source.Length))];
        var options = new SquashFsOptions { BlockSize = Small.BlockSize, MaxParallelism = Parallelism };
        var duplicates = await SquashFsDuplicates.FindAsync(files, options, TestContext.Current.CancellationToken);
        using var writer = new SquashFsDataWriter(destination, 96, duplicates, new SquashFsCompressor(options.Compression), options);

        await writer.WriteAsync(files, TestContext.Current.CancellationToken);

        Assert.Equal(source.Length, destination.Count);
    }

    private sealed class NoiseBlob(long length) : Blob
    {
        public event Action<long>? Reading;

        public override long Length => length;

        public override int Read(long offset, Span<byte> buffer)
        {
            Reading?.Invoke(offset + buffer.Length);
            new Random((int)offset).NextBytes(buffer);
            return buffer.Length;
        }
    }

    private sealed class CountingStream : MemoryStream
    {
        public long Count { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Count += buffer.Length;
            return ValueTask.CompletedTask;
        }
    }
}
