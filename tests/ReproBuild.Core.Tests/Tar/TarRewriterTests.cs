using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tar;

namespace ReproBuild.Core.Tests.Tar;

public sealed class TarRewriterTests
{
    private static readonly TarRewriteOptions Sorted = new() { Order = TarOrder.Sorted };

    [Fact]
    public async Task Names_become_canonical_and_what_tells_of_the_host_goes()
    {
        var (entry, content) = Assert.Single(await Rewrite(
            null,
            (TarArchives.File("/.//a/./b", 2) with
            {
                UserName = "u",
                GroupName = "g",
                ModificationTime = new FileTime(5, 5),
                PaxRecords = [new("SCHILY.ino", "7"), new("k", "v")],
            }, "hi"u8.ToArray())));
        TarArchives.AssertSame(TarArchives.File("a/b", 2) with { ModificationTime = new FileTime(5, 5), PaxRecords = [new("k", "v")] }, entry);
        Assert.Equal("hi"u8.ToArray(), content);
    }

    [Fact]
    public async Task The_root_is_called_dot_slash()
    {
        Assert.Equal(["./"], Names(await Rewrite(null, (Directory("/"), []))));
        Assert.Equal(["./"], Names(await Rewrite(null, (Directory("."), []))));
    }

    [Theory]
    [InlineData("../a")]
    [InlineData("a/../b")]
    public async Task A_name_that_leads_upwards_is_refused(string name)
    {
        foreach (var entry in (TarEntry[])[TarArchives.File(name), Link("l", name)])
        {
            var error = await Assert.ThrowsAsync<IntegrityException>(() => Rewrite(null, (entry, [])));
            Assert.Contains($"'{name}', whose '..' leads out", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Sorting_puts_parents_first_and_keeps_the_last_of_equal_paths()
    {
        var entries = await Rewrite(
            Sorted,
            (TarArchives.File("a.b"), []),
            (TarArchives.File("a/x", 1), "1"u8.ToArray()),
            (Directory("./a"), []),
            (TarArchives.File("./a/x", 2), "22"u8.ToArray()),
            (Directory("./"), []));
        Assert.Equal(["./", "a/", "a/x", "a.b"], Names(entries));
        Assert.Equal("22"u8.ToArray(), entries[2].Content);
    }

    [Fact]
    public async Task A_hard_link_that_sorts_first_takes_the_content()
    {
        var entries = await Rewrite(
            Sorted,
            (TarArchives.File("z", 2) with { Mode = (UnixFileMode)511, ExtendedAttributes = [new("user.a", "b")], PaxRecords = [new("from", "z")] }, "hi"u8.ToArray()),
            (Link("b", "./z") with { PaxRecords = [new("from", "b")] }, []),
            (Link("a", "b"), []));
        Assert.Equal(["a", "b", "z"], Names(entries));
        Assert.Equal([TarEntryType.RegularFile, TarEntryType.HardLink, TarEntryType.HardLink], entries.Select(e => e.Entry.Type));
        Assert.Equal("hi"u8.ToArray(), entries[0].Content);
        Assert.Equal(["", "a", "a"], entries.Select(e => e.Entry.LinkName.ToString()));
        Assert.All(entries, e => Assert.Equal((UnixFileMode)511, e.Entry.Mode));
        Assert.Equal(["user.a"], entries.SelectMany(e => e.Entry.ExtendedAttributes).Select(a => a.Name.ToString()));
        Assert.Equal(["b", "z"], entries.SelectMany(e => e.Entry.PaxRecords).Select(r => r.Value.ToString()));
    }

    [Fact]
    public async Task A_hard_link_keeps_the_file_it_was_made_to_when_the_target_is_replaced()
    {
        var entries = await Rewrite(
            Sorted, (TarArchives.File("a", 1), "1"u8.ToArray()), (Link("b", "a"), []), (TarArchives.File("a", 1), "2"u8.ToArray()));
        Assert.Equal(["1", "2"], entries.OrderByDescending(e => e.Entry.Name).Select(e => System.Text.Encoding.ASCII.GetString(e.Content)));
    }

    [Fact]
    public async Task A_hard_link_to_what_is_not_in_the_archive_stays()
    {
        var (entry, _) = Assert.Single(await Rewrite(Sorted, (Link("b", "below"), [])));
        Assert.Equal("below", entry.LinkName);
    }

    [Fact]
    public async Task The_filter_leaves_the_content_to_the_next_name()
    {
        (TarEntry, byte[])[] archive = [(TarArchives.File("a", 2), "hi"u8.ToArray()), (Link("b", "a"), []), (Link("c", "a"), [])];
        var sorted = await Rewrite(Sorted with { Filter = entry => entry.Name != "a" }, archive);
        Assert.Equal(["b", "c"], Names(sorted));
        Assert.Equal("hi"u8.ToArray(), sorted[0].Content);
        Assert.Equal("b", sorted[1].Entry.LinkName);
        var error = await Assert.ThrowsAsync<ReproBuildException>(() => Rewrite(new() { Filter = entry => entry.Name != "a" }, archive));
        Assert.Equal("'b' is a hard link to 'a', which the filter drops: keep both, drop both, or sort the archive.", error.Message);
    }

    [Fact]
    public async Task A_hard_link_to_a_name_that_comes_again_after_it_was_dropped_stays() => Assert.Equal(["a", "b"], Names(await Rewrite(
        new() { Filter = static entry => entry.Size != 1 }, (TarArchives.File("a", 1), "1"u8.ToArray()), (TarArchives.File("a", 2), "22"u8.ToArray()), (Link("b", "a"), []))));

    [Fact]
    public async Task Times_are_kept_clamped_or_fixed()
    {
        (TarEntry, byte[])[] archive =
        [
            (TarArchives.File("a") with { ModificationTime = new FileTime(99, 1) }, []),
            (TarArchives.File("b") with { ModificationTime = new FileTime(100, 1) }, []),
        ];
        var options = new TarRewriteOptions { Epoch = new FileTime(100) };
        Assert.Equal([new(99, 1), new(100, 1)], Times(await Rewrite(options, archive)));
        Assert.Equal([new(99, 1), new(100)], Times(await Rewrite(options with { Times = TarTimes.Clamp }, archive)));
        Assert.Equal([new(100), new(100)], Times(await Rewrite(options with { Times = TarTimes.Fix }, archive)));

        static IEnumerable<FileTime> Times(List<(TarEntry Entry, byte[])> entries) => entries.Select(e => e.Entry.ModificationTime);
    }

    [Theory]
    [InlineData(TarOrder.AsIs)]
    [InlineData(TarOrder.Sorted)]
    public async Task Owners_prefix_and_records_change(TarOrder order)
    {
        var options = new TarRewriteOptions
        {
            Order = order,
            MapOwner = owner => new TarOwner(owner.UserId + 1000, 5),
            Prefix = "/root/fs/",
            PaxRecords = [new("LINUXKIT.source", "new"), new("zz", "1")],
        };
        var entries = await Rewrite(
            options,
            (Directory("./"), []),
            (TarArchives.File("a") with { UserId = 3, PaxRecords = [new("LINUXKIT.source", "old"), new("k", "v")] }, []),
            (Link("b", "/a"), []),
            (new TarEntry { Type = TarEntryType.SymbolicLink, Name = "c", LinkName = "/a" }, []));
        Assert.Equal(["root/fs/", "root/fs/a", "root/fs/b", "root/fs/c"], Names(entries));
        Assert.Equal(["root/fs/a", "/a"], entries.Skip(2).Select(e => e.Entry.LinkName.ToString()));
        Assert.Equal((1003u, 5u), (entries[1].Entry.UserId, entries[1].Entry.GroupId));
        Assert.Equal([new PaxRecord("LINUXKIT.source", "new"), new PaxRecord("k", "v"), new PaxRecord("zz", "1")], entries[1].Entry.PaxRecords);
    }

    [Theory]
    [InlineData(TarOrder.AsIs)]
    [InlineData(TarOrder.Sorted)]
    public async Task A_canonical_archive_is_rewritten_to_itself_whatever_the_size_of_reads(TarOrder order)
    {
        var options = new TarRewriteOptions { Order = order, Times = TarTimes.Clamp, PaxRecords = [new("k", "v")], MapOwner = _ => default };
        var archive = await TarArchives.Write(
            (TarArchives.File("./b/é", 700) with { ModificationTime = new FileTime(-1, 5) }, new byte[700]),
            (Link("a", "b/é"), []),
            (TarArchives.File(new string('n', 200)) with { ExtendedAttributes = [new("user.a", new ByteString([0, 255]))] }, []),
            (Directory("b"), []));
        var once = await RewriteBytes(new OneByteStream(archive), options);
        Assert.Equal(once, await RewriteBytes(new MemoryStream(archive), options));
        Assert.Equal(once, await RewriteBytes(new MemoryStream(once), options));
    }

    private static async Task<List<(TarEntry Entry, byte[] Content)>> Rewrite(TarRewriteOptions? options, params (TarEntry, byte[])[] entries) =>
        await TarArchives.Read(await RewriteBytes(new MemoryStream(await TarArchives.Write(entries)), options));

    private static async Task<byte[]> RewriteBytes(Stream archive, TarRewriteOptions? options)
    {
        var output = new MemoryStream();
        await TarRewriter.RewriteAsync(archive, output, options);
        return output.ToArray();
    }

    private static string[] Names(List<(TarEntry Entry, byte[])> entries) => [.. entries.Select(e => e.Entry.Name.ToString())];

    private static TarEntry Directory(ByteString name) => new() { Type = TarEntryType.Directory, Name = name, Mode = (UnixFileMode)493 };

    private static TarEntry Link(ByteString name, ByteString target) => new() { Type = TarEntryType.HardLink, Name = name, LinkName = target, Mode = (UnixFileMode)420 };
}
