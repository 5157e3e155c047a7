using ReproBuild.Core.Layers;
using static ReproBuild.Core.Tests.Tar.RawTar;

namespace ReproBuild.Core.Tests.Tar;

public sealed class TarLimitTests
{
    private static readonly InputLimits Tight = new()
    {
        MaxArchiveEntries = 2,
        MaxPathLength = 20,
        MaxNameLength = 10,
        MaxExtendedHeaderSize = 100,
        MaxGlobalHeaderSize = 50,
        MaxArchiveSize = 8192,
        MaxMetadataSize = 75,
        MaxHoleSize = 1000,
    };

    public static TheoryData<string, byte[], byte[]> Cases => new()
    {
        { "the number of entries is at least 3, and MaxArchiveEntries is 2", Join(Header("a"), Header("b")), Join(Header("a"), Header("b"), Header("c")) },
        { "the path has bytes 21, and MaxPathLength is 20", Header("aaaaaaaaaa/bbbbbbbbb"), Header("aaaaaaaaa/bbbbbbbbb/c") },
        { "the link target has bytes 21, and MaxPathLength is 20", Link(20), Link(21) },
        { "a component of the path has bytes 11, and MaxNameLength is 10", Header("aaaaaaaaaa/b"), Header("aaaaaaaaaaa/b") },
        { "the extended headers of an entry have bytes 101, and MaxExtendedHeaderSize is 100", Join(Extension('L', "a".PadRight(100, '\0')), Header("b")), Join(Extension('L', "a".PadRight(101, '\0')), Header("b")) },
        { "the extended headers of an entry have bytes 111, and MaxExtendedHeaderSize is 100", Join(Pax("a=b"), Header("b")), Join(Pax("a=" + new string('b', 45)), Extension('K', new string('l', 60)), Header("b")) },
        { nameof(InputLimits.MaxExtendedHeaderSize), Header("b"), TarSparseTests.Sparse("1.0", [(0, 1)], 1, "a") },
        { "the global headers have bytes 52, and MaxGlobalHeaderSize is 50", Join(Global("a=b"), Header("b")), Join(Global("a=" + new string('b', 20)), Global("a=" + new string('b', 20)), Header("b")) },
        { "its size in bytes is at least 8193, and MaxArchiveSize is 8192", Join(Header("a"), End, new byte[8192 - 1536]), Join(Header("a"), End, new byte[8193 - 1536]) },
        { "the names and attributes of its entries have bytes 80, and MaxMetadataSize is 75", Join(Header("a"), LongLink()), Join(LongLink(), LongLink()) },
        { "the names and attributes of its entries have bytes 137, and MaxMetadataSize is 75", Join(Pax("SCHILY.xattr.u.a=v"), Header("b")), Join(Pax("SCHILY.xattr.u.a=v", "SCHILY.xattr.u.b=v"), Header("b")) },
        { "the names and attributes of its entries have bytes 143, and MaxMetadataSize is 75", Join(Pax("comment=v"), Header("b")), Join(Pax("comment=v", "other=v"), Header("b")) },
        { "the names and attributes of its entries have bytes 102, and MaxMetadataSize is 75", Join(Pax("uname=" + new string('u', 50)), Header("b")), Join(Pax("uname=" + new string('u', 50)), Header("b"), Pax("gname=" + new string('u', 50)), Header("c")) },
        { "the names and attributes of its entries have bytes 129, and MaxMetadataSize is 75", Join(TarSparseTests.Sparse("old", [(0, 1)], 10, "a"), End), Join(TarSparseTests.Sparse("old", [(0, 1), (5, 1)], 10, "ab"), End) },
        { "the holes of its sparse files have bytes 1001, and MaxHoleSize is 1000", Join(TarSparseTests.Sparse("old", [(0, 1)], 1001, "a"), End), Join(TarSparseTests.Sparse("old", [(0, 1)], 1002, "a"), End) },
        { "the file has bytes 8193, and MaxArchiveSize is 8192", Join(Header("a", size: 6000), new byte[6144]), Header("a", size: 8193) },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Each_limit_is_named_when_it_is_exceeded_and_by_how_much(string message, byte[] within, byte[] beyond)
    {
        await TarArchives.Read(within, Tight);
        var error = await Assert.ThrowsAsync<IntegrityException>(() => TarArchives.Read(beyond, Tight));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("At byte", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("old")]
    [InlineData("0.1")]
    public async Task A_sparse_file_is_not_larger_than_an_archive_may_be(string version)
    {
        var limits = new InputLimits { MaxArchiveSize = 1 << 20 };
        await TarArchives.Read(Join(TarSparseTests.Sparse(version, [(0, 1)], 1 << 20, "a"), End), limits);
        var error = await Assert.ThrowsAsync<IntegrityException>(
            () => TarArchives.Read(Join(TarSparseTests.Sparse(version, [(0, 1)], (1 << 20) + 1, "a"), End), limits));
        Assert.Contains(nameof(InputLimits.MaxArchiveSize), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Holes_of_several_files_count_together()
    {
        var file = TarSparseTests.Sparse("old", [(0, 1)], 501, "a");
        var limits = Tight with { MaxArchiveEntries = 3, MaxMetadataSize = 1000 };
        await TarArchives.Read(Join(file, file, End), limits);
        var error = await Assert.ThrowsAsync<IntegrityException>(() => TarArchives.Read(Join(file, file, TarSparseTests.Sparse("old", [(0, 1)], 2, "a"), End), limits));
        Assert.Contains(nameof(InputLimits.MaxHoleSize), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_layer_takes_no_memory_for_records_that_nothing_uses()
    {
        var archive = Join(Global("k=v"), Pax("comment=" + new string('c', 10_000), "SCHILY.xattr.user.a=b"), Header("f"), End);
        var entry = Assert.Single((await LayerIndex.FromTarAsync(new MemoryStream(archive), Tight with { MaxExtendedHeaderSize = 20_000, MaxArchiveSize = 20_000 })).Entries);
        Assert.Empty(entry.PaxRecords);
        Assert.Equal("user.a", Assert.Single(entry.ExtendedAttributes).Name);
    }

    /// <summary>A thousand global records over a million entries are interpreted once, and kept once.</summary>
    [Fact]
    public async Task What_global_headers_say_is_shared_and_counted_once()
    {
        var entries = (await TarArchives.Read(
            Join(Global("SCHILY.xattr.u.a=" + new string('v', 20)), Header("a"), Header("b"), Pax("uid=5"), Header("c"), End),
            Tight with { MaxArchiveEntries = 3, MaxMetadataSize = 3 })).Select(static read => read.Entry).ToList();
        Assert.All(entries, entry => Assert.True(entry.ExtendedAttributes == entries[0].ExtendedAttributes));
        Assert.Equal("u.a", Assert.Single(entries[2].ExtendedAttributes).Name);
    }

    private static byte[] LongLink() => Header("abcdefghi/ijklmnopqr", '2', edit: b => Put(b, 157, new string('t', 20)));

    private static byte[] Link(int length) => Header("l", '2', edit: b => Put(b, 157, new string('t', length)));
}
