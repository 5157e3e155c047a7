using System.Security.Cryptography;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Erofs;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Tools;
using static ReproBuild.Outputs.Tests.Erofs.ErofsTesting;

namespace ReproBuild.Outputs.Tests.Erofs;

/// <summary>Images with LZ4, read with a reader that was written from the specification.</summary>
public sealed class ErofsCompressionTests : IDisposable
{
    private readonly ScratchSpace _scratch = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task A_small_image_has_the_expected_fields()
    {
        var image = await CreateAsync(Tree(
            ("mixed", File([.. Text(9000), .. Noise(6000), .. new byte[20_000]])), ("noise", File(Noise(5000))), ("plain", SampleTree.File(Text(4096), time: 7)),
            ("text", SampleTree.File(Text(30_000), time: 7)),
            ("xattr", WithContent(WithAttributes(FileType.RegularFile, ("user.n", "v")), new byte[8192])), ("zeros", File(new byte[12_300]))));

        var expected = Path.Combine(TestHost.RepositoryDirectory, "tests/ReproBuild.Outputs.Tests/Erofs/small-lz4-image.txt");
        var dump = ErofsDump.Of(image);
        Assert.True(
            (await System.IO.File.ReadAllTextAsync(expected, Cancellation)).ReplaceLineEndings("\n") == dump, $"The image is not the one that {expected} describes, but:\n{dump}");
    }

    [Theory]
    [InlineData(false, "379a17fe7346286cea03055693866fbdb8a3eb0532d8ffa9cfc5be2f737fa5f2")]
    [InlineData(true, "7924d3cea8d75c6b1b684d32f213fd540f75f5b74835598df6478c72d1e231d0")]
    public async Task Every_byte_is_pinned_and_does_not_depend_on_the_parallelism(bool compressible, string expected)
    {
        var tree = compressible ? Compressible() : Everything();
        foreach (var parallelism in (int[])[1, 2, 3, 8])
        {
            var image = await CreateAsync(tree, With(ErofsCompression.Lz4, parallelism));
            var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(image.OpenRead(), Cancellation));
            Assert.True(expected == digest, $"With a parallelism of {parallelism} the digest is {digest}.");
        }
    }

    [Fact]
    public async Task Every_file_is_read_back_and_what_shrinks_is_compressed()
    {
        var files = await ReadAsync(Compressible());
        foreach (var (entry, inode, data) in files)
        {
            Assert.Equal(entry.Inode.Content.ToArray(), data);
            if (inode.DataLayout == 1)
            {
                var index = inode.MapHeaderOffset + 16 + (8 * ((inode.Size + 4095) / 4096)) - inode.TailOffset;
                Assert.InRange((inode["i_u"] * 4096) + index, 1, inode.Size - 1);
            }
        }

        ByteString[] flat = ["noise", "text/0000001", "text/0004096", "zeros/0000000", "zeros/0000001", "zeros/0004096"];
        Assert.Equal(flat, files.Where(f => flat.Contains(f.Entry.Path) && f.Inode.DataLayout != 1).Select(static f => f.Entry.Path).Order());
        ByteString[] compressed = ["alternating", "attributes", "extended", "sparse", "text/0008193", "zeros-of-10-MB", "zeros/0008192"];
        Assert.Equal(compressed, files.Where(f => compressed.Contains(f.Entry.Path) && f.Inode.DataLayout == 1).Select(static f => f.Entry.Path).Order());
        Assert.InRange(files.Single(static f => f.Entry.Path == "zeros-of-10-MB").Inode["i_u"], 10, 15);
    }

    [Fact]
    public async Task Names_of_one_file_share_its_blocks()
    {
        var shared = File(Text(100_000));
        var once = await CreateAsync(Tree(("a", shared)));
        var image = await CreateAsync(Tree(("a", shared), ("b", shared)));
        Assert.Equal(once.Length, image.Length);
        var reader = new ErofsReader(image);
        var inode = reader.ReadInode(reader.ReadDirectory(reader.Root).Single(static e => e.Name == "b").Nid);
        Assert.Equal(2, inode["i_nlink"]);
        Assert.Equal(shared.Content.ToArray(), reader.ReadData(inode));
    }

    [Fact]
    public async Task Without_compression_the_image_is_that_of_Create()
    {
        var image = await ErofsImage.CreateAsync(Everything(), Options, _scratch, Cancellation);
        Assert.Equal(await SHA256.HashDataAsync(Create(Everything()).OpenRead(), Cancellation), await SHA256.HashDataAsync(image.OpenRead(), Cancellation));
    }

    [Fact]
    public async Task A_sparse_file_of_5_GiB_has_few_blocks()
    {
        var content = new FileContentBuilder().Append("begin"u8.ToArray()).PadTo(5L << 30).Append("end"u8.ToArray()).Build();
        var image = await CreateAsync(Tree(("large", File(content))), With(ErofsCompression.Lz4, 2));
        Assert.InRange(image.Length, 30 << 20, 45 << 20);
        var reader = new ErofsReader(image);
        var inode = reader.ReadInode(reader.ReadDirectory(reader.Root)[^1].Nid);
        Assert.Equal(((5L << 30) + 3, 1), (inode.Size, inode.DataLayout));
        var last = new ErofsCompressedReader(image, inode).Clusters[^1];
        Assert.Equal((0, 0), (last.Type, last.Offset));
        var tail = new byte[4];
        image.Read(last.Block * 4096L, tail);
        Assert.Equal("end\0"u8.ToArray(), tail);
    }

    [Fact]
    public async Task Compression_without_scratch_space_is_refused()
    {
        var error = await Assert.ThrowsAsync<ArgumentNullException>(static () => ErofsImage.CreateAsync(Tree(), Lz4));
        Assert.Equal("scratch", error.ParamName);
    }

    [Fact]
    public async Task Options_out_of_range_are_refused()
    {
        Assert.Equal((ErofsCompression.None, 1), (Options.Compression, Options.MaxParallelism));
        var parallelism = await Assert.ThrowsAsync<InvalidOptionException>(() => CreateAsync(Tree(), With(ErofsCompression.Lz4, 0)));
        Assert.Equal("ErofsOptions.MaxParallelism 0 is less than 1.", parallelism.Message);
        var compression = Assert.Throws<InvalidOptionException>(() => ErofsImage.Create(Tree(), With((ErofsCompression)7)));
        Assert.Equal("ErofsOptions.Compression 7 is not known.", compression.Message);
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_before_anything_is_compressed()
    {
        var tree = Tree(("a", File(new FileContent(new ThrowingBlob(), 0, 10_000))), ("d", WithAttributes(FileType.RegularFile, ("user.x", new string('y', 65_536)))));
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => CreateAsync(tree));
        Assert.Contains("'/d' has the extended attribute 'user.x'", error.Message, StringComparison.Ordinal);
        Assert.Equal("read", (await Assert.ThrowsAsync<InvalidOperationException>(() => CreateAsync(Tree(("a", tree.Entries[0].Inode))))).Message);
    }

    [Fact]
    public async Task Cancellation_ends_the_work()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ErofsImage.CreateAsync(Compressible(), Lz4, _scratch, cancelled.Token));
    }

    private Task<FileContent> CreateAsync(FileTree tree, ErofsOptions? options = null) => ErofsImage.CreateAsync(tree, options ?? Lz4, _scratch, Cancellation);

    /// <summary>The regular files with what the image has for them.</summary>
    private async Task<List<(FileTreeEntry Entry, ErofsInode Inode, byte[] Data)>> ReadAsync(FileTree tree)
    {
        var reader = new ErofsReader(await CreateAsync(tree));
        var nids = new Dictionary<ByteString, long> { [ByteString.Empty] = reader.Root.Nid };
        var files = new List<(FileTreeEntry, ErofsInode, byte[])>();
        foreach (var entry in tree.Entries.Prepend(tree.Root))
        {
            var inode = reader.ReadInode(nids[entry.Path]);
            foreach (var (name, nid, _) in entry.Inode.IsDirectory ? reader.ReadDirectory(inode) : [])
            {
                nids.TryAdd(entry.Path.IsEmpty ? name : ByteString.Concat(entry.Path, "/", name), nid);
            }

            if (entry.Inode.Type == FileType.RegularFile)
            {
                files.Add((entry, inode, reader.ReadData(inode)));
            }
        }

        return files;
    }

    private sealed class ThrowingBlob : Blob
    {
        public override long Length => 10_000;

        public override int Read(long offset, Span<byte> buffer) => throw new InvalidOperationException("read");
    }
}
