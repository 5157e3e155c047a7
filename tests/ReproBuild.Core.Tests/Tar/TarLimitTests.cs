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
    };

    public static TheoryData<string, byte[], byte[]> Cases => new()
    {
        { nameof(InputLimits.MaxArchiveEntries), Join(Header("a"), Header("b")), Join(Header("a"), Header("b"), Header("c")) },
        { nameof(InputLimits.MaxPathLength), Header("aaaaaaaaaa/bbbbbbbbb"), Header("aaaaaaaaa/bbbbbbbbb/c") },
        { nameof(InputLimits.MaxPathLength), Link(20), Link(21) },
        { nameof(InputLimits.MaxNameLength), Header("aaaaaaaaaa/b"), Header("aaaaaaaaaaa/b") },
        { nameof(InputLimits.MaxExtendedHeaderSize), Join(Extension('L', "a".PadRight(100, '\0')), Header("b")), Join(Extension('L', "a".PadRight(101, '\0')), Header("b")) },
        { nameof(InputLimits.MaxExtendedHeaderSize), Join(Pax("a=b"), Header("b")), Join(Pax("a=" + new string('b', 45)), Extension('K', new string('l', 60)), Header("b")) },
        { nameof(InputLimits.MaxExtendedHeaderSize), Header("b"), TarSparseTests.Sparse("1.0", [(0, 1)], 1, "a") },
        { nameof(InputLimits.MaxGlobalHeaderSize), Join(Global("a=b"), Header("b")), Join(Global("a=" + new string('b', 20)), Global("a=" + new string('b', 20)), Header("b")) },
        { nameof(InputLimits.MaxArchiveSize), Join(Header("a"), End, new byte[8192 - 1536]), Join(Header("a"), End, new byte[8193 - 1536]) },
        { nameof(InputLimits.MaxArchiveSize), Join(Header("a", size: 6000), new byte[6144]), Header("a", size: 8193) },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Each_limit_is_named_when_it_is_exceeded(string limit, byte[] within, byte[] beyond)
    {
        await TarArchives.Read(within, Tight);
        var error = await Assert.ThrowsAsync<IntegrityException>(() => TarArchives.Read(beyond, Tight));
        Assert.Contains(limit, error.Message, StringComparison.Ordinal);
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

    private static byte[] Link(int length) => Header("l", '2', edit: b => Put(b, 157, new string('t', length)));
}
