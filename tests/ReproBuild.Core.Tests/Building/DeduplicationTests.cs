using System.Security.Cryptography;
using CsCheck;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;
using ReproBuild.Core.Tar;
using ReproBuild.Testing.InMemory;
using ReproBuild.Testing.Randomized;
using static ReproBuild.Core.Tests.Building.AssembledBuild;

namespace ReproBuild.Core.Tests.Building;

/// <summary>Which files of containers become one when identical ones are linked, and which must not.</summary>
public sealed class DeduplicationTests
{
    private const string TwoServices = "init: [one]\nvolumes: [{name: v, image: two}]\nservices: [{name: a, image: one}, {name: b, image: two}]";
    private const string A = "containers/services/a/lower/";
    private const string B = "containers/services/b/lower/";

    private static readonly BuildOptions Deduplicated = new() { Deduplicate = true };

    [Fact]
    public async Task Identical_files_of_two_containers_are_one_file()
    {
        var root = await BuildAsync(static layer => layer.File("bin/x", "same"), static layer => layer.File("usr/y", "same"));
        Assert.Same(root.Inode(A + "bin/x"), root.Inode(B + "usr/y"));
        Assert.Same(root.Inode(A + "etc/hosts"), root.Inode(B + "etc/hosts"));
        Assert.Equal(A + "bin/x", root.Find(B + "usr/y")!.HardLinkTarget!.Path.ToString());
        Assert.Equal(2, root.Find(A + "bin/x")!.LinkCount);
    }

    [Fact]
    public async Task The_root_and_volumes_have_files_of_their_own()
    {
        var root = await BuildAsync(static layer => layer.File("x", "same"), static layer => layer.File("x", "same"));
        Assert.Equal(1, root.Find("x")!.LinkCount);
        Assert.Equal(1, root.Find("containers/volumes/v/lower/x")!.LinkCount);
        Assert.Equal(2, root.Find(A + "x")!.LinkCount);
    }

    [Fact]
    public async Task A_container_with_a_read_only_root_has_files_of_its_own()
    {
        var root = (await RunAsync(
            "services: [{name: a, image: one}, {name: b, image: two, readonly: true}]", Deduplicated,
            Image("one", static layer => layer.File("x", "same")), Image("two", static layer => layer.File("x", "same")))).Root;
        Assert.Equal(1, root.Find(A + "x")!.LinkCount);
        Assert.Equal(1, root.Find("containers/services/b/rootfs/x")!.LinkCount);
    }

    [Fact]
    public async Task Without_the_option_nothing_is_linked()
    {
        var root = (await RunAsync(
            TwoServices, Image("one", static layer => layer.File("x", "same")), Image("two", static layer => layer.File("x", "same")))).Root;
        Assert.All(root.Entries, static entry => Assert.Equal(1, entry.LinkCount));
    }

    [Fact]
    public async Task Files_that_differ_in_anything_stay_two()
    {
        var file = new TarEntry { Type = TarEntryType.RegularFile, Name = "x", Mode = (UnixFileMode)0b110_100_100, ModificationTime = new FileTime(5, 1) };
        foreach (var other in (TarEntry[])
        [
            file with { Mode = (UnixFileMode)0b110_100_000 },
            file with { UserId = 1 },
            file with { GroupId = 1 },
            file with { ModificationTime = new FileTime(5, 2) },
            file with { ExtendedAttributes = [new("user.a", "1")] },
        ])
        {
            var root = await BuildAsync(layer => layer.Add(file), layer => layer.Add(other));
            Assert.Equal(1, root.Find(A + "x")!.LinkCount);
        }

        Assert.Equal(1, (await BuildAsync(static layer => layer.File("x", "1"), static layer => layer.File("x", "2"))).Find(A + "x")!.LinkCount);
        Assert.Equal(2, (await BuildAsync(layer => layer.Add(file), layer => layer.Add(file))).Find(A + "x")!.LinkCount);
    }

    [Fact]
    public async Task Files_of_one_container_stay_as_many_as_they_were()
    {
        var root = await BuildAsync(
            static layer => layer.File("x", "same").File("y", "same"), static layer => layer.File("x", "same").File("y", "same").File("z", "same"));
        Assert.Same(root.Inode(A + "x"), root.Inode(B + "x"));
        Assert.Same(root.Inode(A + "y"), root.Inode(B + "y"));
        Assert.NotSame(root.Inode(A + "x"), root.Inode(A + "y"));
        Assert.Equal(1, root.Find(B + "z")!.LinkCount);
    }

    [Fact]
    public async Task A_file_with_several_names_in_its_container_keeps_exactly_these()
    {
        var root = await BuildAsync(
            static layer => layer.File("x", "same").HardLink("y", "x"), static layer => layer.File("x", "same").HardLink("y", "x").File("z", "same"));
        Assert.Equal((2, 2), (root.Find(A + "x")!.LinkCount, root.Find(B + "x")!.LinkCount));
        Assert.NotSame(root.Inode(A + "x"), root.Inode(B + "x"));
        Assert.Equal(1, root.Find(B + "z")!.LinkCount);
    }

    [Fact]
    public void A_content_whose_hash_the_index_of_its_layer_holds_is_not_read()
    {
        var hash = SHA256.HashData("four"u8);
        var entry = new TarEntry { Type = TarEntryType.RegularFile, Name = "x", Size = 4 };
        var layer = new Layer(Digest.OfSha256([]), new UnreadableBlob(), new LayerIndex([entry], hash));
        var content = LayerApplier.Apply([layer]).Inode("x").Content;
        Assert.Equal(new ByteString(hash), content.GetSha256(TestContext.Current.CancellationToken));
        Assert.Throws<IOException>(() => content.Slice(0, 4).GetSha256(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_content_whose_hash_nobody_knows_is_read_with_its_holes_as_zeros()
    {
        var content = new FileContent(Blob.FromBytes("ab"u8.ToArray()), [new DataExtent(1, 0, 2)], 300_000);
        var bytes = new byte[300_000];
        "ab"u8.CopyTo(bytes.AsSpan(1));
        Assert.Equal(new ByteString(SHA256.HashData(bytes)), content.GetSha256(TestContext.Current.CancellationToken));
        Assert.Throws<OperationCanceledException>(() => content.GetSha256(new CancellationToken(canceled: true)));
    }

    [Fact]
    public Task A_deduplicated_tree_reads_as_the_same_tree_with_no_file_too_many() => RandomCases.CheckAsync(
        RandomFile.Array[0, 9].Array[1, 4],
        static async containers =>
        {
            // The second container has a read-only root, the fourth refers to the image of the first.
            var yaml = "services: [" + string.Join(", ", containers.Select((_, i) =>
                $"{{name: s{i}, image: i{i % 3}, readonly: {(i == 1 ? "true" : "false")}}}")) + "]";
            var images = containers.Take(3).Select(static (files, i) => Image($"i{i}", layer => Add(layer, files))).ToArray();
            var usual = (await RunAsync(yaml, images)).Root;
            var linked = (await RunAsync(yaml, Deduplicated, images)).Root;
            var again = (await RunAsync(yaml, Deduplicated with { MaxParallelism = 8 }, images)).Root;

            Assert.Equal(usual.Entries.Select(Describe), linked.Entries.Select(Describe));
            Assert.Equal(linked.ComputeDigest(TestContext.Current.CancellationToken), again.ComputeDigest(TestContext.Current.CancellationToken));
            foreach (var container in usual.Find("containers/services")!.Children)
            {
                Assert.Equal(Links(container), Links(linked.Find(container.Path)!));
            }

            var before = usual.Entries.Where(static e => e.Path.ToString().Contains("/lower/", StringComparison.Ordinal) && IsAlone(e)).GroupBy(Identity).ToDictionary(
                static same => same.Key, static same => same.GroupBy(static e => Container(e)).Max(static g => g.Count()));
            var after = linked.Entries.Where(e => before.ContainsKey(Identity(e)) && IsAlone(usual.Find(e.Path)!) && e.Path.ToString().Contains("/lower/", StringComparison.Ordinal))
                .GroupBy(Identity).ToDictionary(static same => same.Key, static same => same.Select(static e => e.Inode).Distinct().Count());
            Assert.Equal(before.OrderBy(static x => x.Key, StringComparer.Ordinal), after.OrderBy(static x => x.Key, StringComparer.Ordinal));
        },
        count: 200);

    [Fact]
    public async Task Nothing_but_the_links_changes()
    {
        Action<InMemoryLayer> content = static layer => layer.File("bin/x", "same", (UnixFileMode)0b111_000_000, 3, 4).SymbolicLink("l", "bin/x").File("empty", "");
        var images = new[] { Image("one", content), Image("two", content) };
        var usual = (await RunAsync(TwoServices, images)).Root;
        var linked = (await RunAsync(TwoServices, Deduplicated, images)).Root;
        Assert.Equal(usual.Entries.Select(Describe), linked.Entries.Select(Describe));
    }

    /// <summary>A name, one of a few contents and modes; a quarter of the numbers make it another name of the first file.</summary>
    private static Gen<(int Name, int Content, int Mode, int Link)> RandomFile { get; } = Gen.Select(Gen.Int[0, 11], Gen.Int[0, 2], Gen.Int[0, 1], Gen.Int[0, 7]);

    private static void Add(InMemoryLayer layer, (int Name, int Content, int Mode, int Link)[] files)
    {
        files = [.. files.DistinctBy(static file => file.Name)];
        foreach (var (name, content, mode, link) in files)
        {
            _ = link < 2 && name != files[0].Name
                ? layer.HardLink(PathOf(name), PathOf(files[0].Name))
                : layer.File(PathOf(name), $"content {content}", (UnixFileMode)(0b110_100_100 + mode));
        }

        static string PathOf(int name) => $"d{name % 3}/f{name}";
    }

    private static string Describe(FileTreeEntry entry) => $"{entry.Path} {Identity(entry)} {entry.Origin}";

    private static string Identity(FileTreeEntry entry) =>
        $"{entry.Inode.Type} {entry.Inode.Mode} {entry.Inode.UserId} {entry.Inode.GroupId} {entry.Inode.ModificationTime} {TreeListing.TextOf(entry.Inode.Content)}";

    private static bool IsAlone(FileTreeEntry entry) => entry is { Inode.Type: FileType.RegularFile, LinkCount: 1 };

    private static string Container(FileTreeEntry entry) => entry.Path.ToString().Split('/')[2];

    /// <summary>Which names of a container are the same file.</summary>
    private static IEnumerable<string> Links(FileTreeEntry container) => Below(container)
        .GroupBy(static e => e.Inode, static (_, names) => string.Join(' ', names.Select(static e => e.Path)), ReferenceEqualityComparer.Instance)
        .Order(StringComparer.Ordinal);

    private static IEnumerable<FileTreeEntry> Below(FileTreeEntry entry) => entry.Children.SelectMany(static child => Below(child).Prepend(child))
        .Where(static e => !e.Inode.IsDirectory);

    private static async Task<FileTree> BuildAsync(Action<InMemoryLayer> one, Action<InMemoryLayer> two) =>
        (await RunAsync(TwoServices, Deduplicated, Image("one", one), Image("two", two))).Root;

    private static InMemoryImage Image(string name, Action<InMemoryLayer> add)
    {
        var layer = new InMemoryLayer();
        add(layer);
        return new InMemoryImage($"docker.io/library/{name}:latest", layer);
    }

    private sealed class UnreadableBlob : Blob
    {
        public override long Length => 4;

        public override int Read(long offset, Span<byte> buffer) => throw new IOException("This must not be read.");
    }
}
