using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tests.FileSystem;

public sealed class FileTreeTests
{
    [Fact]
    public void Every_path_is_found_and_no_other()
    {
        var random = new Random(7);
        var builder = new FileTreeBuilder();
        for (var i = 0; i < 3000; i++)
        {
            var path = string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => "ab-./c".Replace('/', 'd')[random.Next(4)] + "x"));
            builder.Add(path, TestInodes.Directory(), implicitParent: TestInodes.Directory());
        }

        var tree = builder.Build();
        Assert.All(tree.Entries, e => Assert.Same(e, tree.Find(e.Path)));
        Assert.Null(tree.Find("ax/none"));
        Assert.Null(tree.Find(""));
        Assert.Null(tree.Find("zz"));
    }

    [Fact]
    public void The_digest_of_equal_trees_is_equal() => Assert.Equal(Digest(TestInodes.File("x")), Digest(TestInodes.File("x")));

    [Fact]
    public void The_digest_is_pinned()
    {
        var builder = new FileTreeBuilder();
        builder.Add("f", TestInodes.File("x"));
        AssertDigest("sha256:7e47879761d3a3f0effd68e26edb17f18c6c930ee6bf253bad62a190afd5a797", builder);
    }

    [Fact]
    public void The_digest_of_every_field_is_pinned()
    {
        var shared = TestInodes.File(new string('x', 200_000));
        var builder = new FileTreeBuilder(TestInodes.Directory(uid: 3));
        builder.Add("d", new()
        {
            Type = FileType.Directory,
            Mode = (UnixFileMode)0b111_101_101,
            UserId = 1,
            GroupId = 2,
            ModificationTime = new FileTime(-3, 4),
            ExtendedAttributes = [new("user.a", "b"), new("user.c", "")],
        });
        builder.Add("d/one", shared);
        builder.Add("d/two", shared);
        builder.Add("device", new() { Type = FileType.BlockDevice, Mode = (UnixFileMode)0, DeviceMajor = 8, DeviceMinor = 1 });
        builder.Add("link", TestInodes.Link("d/one"));
        AssertDigest("sha256:d649edb1a12ab80a84590b1c9c8bf8dd68c0d4c1f961599c1bce4d0fa7fa864d", builder);
    }

    [Fact]
    public void A_cancelled_digest_ends_soon_and_is_not_remembered()
    {
        using var source = new CancellationTokenSource();
        var blob = new CancellingBlob(source, 1 << 20);
        var builder = new FileTreeBuilder();
        builder.Add("f", new Inode { Type = FileType.RegularFile, Mode = (UnixFileMode)0, Content = new FileContent(blob, 0, blob.Length) });
        var tree = builder.Build();
        Assert.ThrowsAny<OperationCanceledException>(() => tree.ComputeDigest(source.Token));
        Assert.InRange(blob.Total, 1, blob.Length / 2);
        var digest = tree.ComputeDigest(TestContext.Current.CancellationToken);
        var read = blob.Total;
        Assert.Same(digest, tree.ComputeDigest(TestContext.Current.CancellationToken));
        Assert.Equal(read, blob.Total);
    }

    [Fact]
    public async Task A_caller_that_waits_for_the_digest_ends_with_its_own_token()
    {
        using var source = new CancellationTokenSource();
        using var go = new ManualResetEventSlim();
        var blob = new CancellingBlob(source, 1 << 20) { Go = go };
        var builder = new FileTreeBuilder();
        builder.Add("f", new Inode { Type = FileType.RegularFile, Mode = (UnixFileMode)0, Content = new FileContent(blob, 0, blob.Length) });
        var tree = builder.Build();
        var first = Task.Run(() => tree.ComputeDigest(CancellationToken.None), TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
        {
            source.Token.WaitHandle.WaitOne();
            return Task.Run(() => tree.ComputeDigest(source.Token), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        });
        go.Set();
        Assert.Equal(await first, tree.ComputeDigest(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Callers_at_once_share_one_computation_of_the_digest()
    {
        using var source = new CancellationTokenSource();
        using var go = new ManualResetEventSlim();
        var blob = new CancellingBlob(source, 1 << 20) { Go = go };
        var builder = new FileTreeBuilder();
        builder.Add("f", new Inode { Type = FileType.RegularFile, Mode = (UnixFileMode)0, Content = new FileContent(blob, 0, blob.Length) });
        var tree = builder.Build();
        var first = Task.Run(() => tree.ComputeDigest(CancellationToken.None), TestContext.Current.CancellationToken);
        source.Token.WaitHandle.WaitOne();
        var others = Enumerable.Range(0, 3).Select(_ => Task.Run(() => tree.ComputeDigest(CancellationToken.None), TestContext.Current.CancellationToken)).ToArray();
        await Task.Delay(100, TestContext.Current.CancellationToken);
        go.Set();
        var digest = await first;
        Assert.All(await Task.WhenAll(others), other => Assert.Same(digest, other));
        Assert.Equal(blob.Length, blob.Total);
    }

    [Fact]
    public void Every_field_of_an_inode_changes_the_digest()
    {
        Inode[] inodes =
        [
            TestInodes.File("x"),
            TestInodes.File("y"),
            TestInodes.File("x\0"),
            TestInodes.File("x", mode: (UnixFileMode)0b110_000_000),
            TestInodes.Link("x"),
            TestInodes.Link("y"),
            TestInodes.Directory(),
            TestInodes.Directory(uid: 1),
            new() { Type = FileType.Directory, Mode = (UnixFileMode)0b111_101_101, GroupId = 1 },
            new() { Type = FileType.Directory, Mode = (UnixFileMode)0b111_101_101, ModificationTime = new FileTime(1) },
            new() { Type = FileType.Directory, Mode = (UnixFileMode)0b111_101_101, ModificationTime = new FileTime(0, 1) },
            new() { Type = FileType.Directory, Mode = (UnixFileMode)0b111_101_101, ExtendedAttributes = [new("user.a", "b")] },
            new() { Type = FileType.Directory, Mode = (UnixFileMode)0b111_101_101, ExtendedAttributes = [new("user.a", "c")] },
            new() { Type = FileType.Fifo, Mode = (UnixFileMode)0 },
            new() { Type = FileType.CharacterDevice, Mode = (UnixFileMode)0, DeviceMajor = 1 },
            new() { Type = FileType.CharacterDevice, Mode = (UnixFileMode)0, DeviceMinor = 1 },
            new() { Type = FileType.BlockDevice, Mode = (UnixFileMode)0, DeviceMinor = 1 },
        ];
        Assert.Equal(inodes.Length, inodes.Select(Digest).Distinct().Count());
    }

    [Fact]
    public void The_digest_tells_a_hard_link_from_a_copy()
    {
        var shared = TestInodes.File("x");
        Assert.NotEqual(Digest(shared, shared), Digest(shared, TestInodes.File("x")));
    }

    [Fact]
    public void The_roots_metadata_changes_the_digest() =>
        Assert.NotEqual(new FileTreeBuilder().Build().ComputeDigest(), new FileTreeBuilder(TestInodes.Directory(uid: 1)).Build().ComputeDigest());

    [Fact]
    public void The_digest_reads_holes_as_the_zeros_they_are()
    {
        var hole = new Inode { Type = FileType.RegularFile, Mode = (UnixFileMode)0b110_100_100, Content = new FileContentBuilder().AppendZeros(300_000).Build() };
        Assert.Equal(Digest(TestInodes.File(new string('\0', 300_000))), Digest(hole));
    }

    private static string Digest(params Inode[] inodes)
    {
        var builder = new FileTreeBuilder();
        for (var i = 0; i < inodes.Length; i++)
        {
            builder.Add($"entry{i}", inodes[i]);
        }

        return builder.Build().ComputeDigest().ToString();
    }

    private static string Digest(Inode inode) => Digest([inode]);

    /// <summary>Zeros; the first read of them cancels a token, and waits when there is something to wait for.</summary>
    private sealed class CancellingBlob(CancellationTokenSource source, long length) : Blob
    {
        private long _read;

        public ManualResetEventSlim? Go { get; init; }

        public override long Length => length;

        public long Total => _read;

        public override int Read(long offset, Span<byte> buffer)
        {
            source.Cancel();
            Go?.Wait();
            var count = (int)Math.Clamp(length - offset, 0, buffer.Length);
            buffer[..count].Clear();
            _read += count;
            return count;
        }
    }

    private static void AssertDigest(string expected, FileTreeBuilder builder)
    {
        var digest = builder.Build().ComputeDigest().ToString();
        Assert.True(expected == digest, $"The digest is {digest}.");
    }
}
