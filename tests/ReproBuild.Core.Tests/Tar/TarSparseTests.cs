using ReproBuild.Core.FileSystem;
using static ReproBuild.Core.Tests.Tar.RawTar;

namespace ReproBuild.Core.Tests.Tar;

public sealed class TarSparseTests
{
    private const string V00 = "0.0";

    public static TheoryData<string> Versions => ["old", V00, "0.1", "1.0"];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_sparse_file_reads_as_its_whole_content(string version)
    {
        var archive = Join(Sparse(version, [(2, 1), (5, 3), (20, 0)], 20, "abcd"), Header("next"), End);
        foreach (var stream in (Stream[])[new MemoryStream(archive), new OneByteStream(archive)])
        {
            var entries = await TarArchives.Read(stream);
            var (entry, content) = entries[0];
            Assert.Equal("f", entry.Name);
            Assert.Equal(20, entry.Size);
            Assert.Equal("\0\0a\0\0bcd\0\0\0\0\0\0\0\0\0\0\0\0"u8.ToArray(), content);
            Assert.Equal([new DataExtent(2, entry.DataOffset, 1), new DataExtent(5, entry.DataOffset + 1, 3)], entry.SparseExtents);
            Assert.Equal("abcd"u8.ToArray(), archive[(int)entry.DataOffset..][..4]);
            Assert.Equal("next", entries[1].Entry.Name);
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Many_runs_need_more_blocks(string version)
    {
        var runs = Enumerable.Range(0, 100).Select(i => ((long)i * 7, 1L)).ToArray();
        var data = string.Concat(runs.Select((_, i) => (char)('!' + (i % 90))));
        var (entry, content) = (await TarArchives.Read(Join(Sparse(version, runs, 700, data), End)))[0];
        Assert.Equal(100, entry.SparseExtents.Length);
        Assert.Equal(700, content.Length);
        Assert.All(runs, (run, i) => Assert.Equal(data[i], (char)content[run.Item1]));
        Assert.Equal(100, content.Count(value => value != 0));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_file_that_is_one_hole_is_sparse(string version)
    {
        var (entry, content) = (await TarArchives.Read(Join(Sparse(version, [(600, 0)], 600, ""), End)))[0];
        Assert.False(entry.SparseExtents.IsDefault);
        Assert.Empty(entry.SparseExtents);
        Assert.Equal(new byte[600], content);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_wrong_map_is_an_error(string version)
    {
        await Fails("out of order or overlaps", Sparse(version, [(5, 3), (2, 1)], 20, "abcd"));
        await Fails("out of order or overlaps", Sparse(version, [(2, 3), (4, 1)], 20, "abcd"));
        await Fails("covers 4 bytes up to 6, but the file has 5 and the archive 4", Sparse(version, [(2, 4)], 5, "abcd"));
        await Fails("covers 4 bytes up to 6, but the file has 20 and the archive 5", Sparse(version, [(2, 4)], 20, "abcde"));
        await Fails("covers 4 bytes up to 6, but the file has 20 and the archive 3", Sparse(version, [(2, 4)], 20, "abc"));
    }

    [Fact]
    public async Task A_map_that_is_not_made_of_numbers_is_an_error()
    {
        await FailsWith("something that is not a number", "GNU.sparse.size=4", "GNU.sparse.map=0,x");
        await FailsWith("an offset without a length", "GNU.sparse.size=4", "GNU.sparse.map=0,4,4");
        await FailsWith("lack its size", "GNU.sparse.map=0,4");
        await FailsWith("do not alternate", "GNU.sparse.size=4", "GNU.sparse.numbytes=4");
        await FailsWith("do not alternate", "GNU.sparse.size=4", "GNU.sparse.offset=0", "GNU.sparse.offset=4");
        await FailsWith("a NUL", "GNU.sparse.size=4", "GNU.sparse.map=0,4", "GNU.sparse.name=a\0");
        await FailsWith("version 2.0; only", "GNU.sparse.major=2", "GNU.sparse.minor=0");
        await FailsWith("version 1.1; only", "GNU.sparse.major=1", "GNU.sparse.minor=1");
        await FailsWith("version 0.2; only", "GNU.sparse.major=0", "GNU.sparse.minor=2");
        await FailsWith("version 0.; only", "GNU.sparse.major=0");
        await FailsWith("does not end before the file's data", "GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.realsize=4");
        foreach (var (map, message) in ((string, string)[])
            [
                ("x\n", "does not begin with its length"),
                ("1\n0\nx\n", "something that is not a number"),
                ("999999999999999999999999\n", "something that is not a number"),
                ("2\n0\n4\n", "something that is not a number"),
                ("", "something that is not a number"),
            ])
        {
            await Fails(message, Join(
                Pax("GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.realsize=4"),
                Header("f", size: 512),
                Data(map.PadRight(512, '\0'))));
        }

        static Task FailsWith(string message, params string[] records) => Fails(message, Join(Pax(records), Header("f", size: 4), Data("abcd")));
    }

    [Fact]
    public async Task A_header_of_GNU_with_a_wrong_map_is_an_error()
    {
        await Fails("the real size of a sparse file is not a number", Old(483, "x"));
        await Fails("the real size of a sparse file is not a number", Old(483, new string('\u00ff', 12)));
        await Fails("something that is not a number", Old(386, "x"));
        await Fails("something that is not a number", Old(398, "x"));
        await Fails("out of order or overlaps", Old(398, new string('\u00ff', 12)));
        var extended = Header("f", 'S', 4, "ustar  \0", b => b[482] = 1);
        var error = await Assert.ThrowsAsync<IntegrityException>(() => TarArchives.Read(extended));
        Assert.Contains("it ends inside a sparse map", error.Message, StringComparison.Ordinal);

        static byte[] Old(int offset, string text) => Join(
            Header("f", 'S', 4, "ustar  \0", b =>
            {
                Put(b, 386, Octal(0) + Octal(4));
                Put(b, 483, Octal(4));
                Put(b, offset, text);
            }),
            Data("abcd"));
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("0", "1")]
    public async Task The_older_versions_may_name_themselves(string major, string minor)
    {
        var records = Pax("GNU.sparse.major=" + major, "GNU.sparse.minor=" + minor, "GNU.sparse.size=4", "GNU.sparse.map=0,4");
        Assert.Equal("abcd"u8.ToArray(), (await TarArchives.Read(Join(records, Header("f", size: 4), Data("abcd"), End)))[0].Content);
    }

    internal static byte[] Sparse(string version, (long Offset, long Length)[] runs, long size, string data)
    {
        var flat = runs.SelectMany(run => (long[])[run.Offset, run.Length]).ToArray();
        var map = $"{runs.Length}\n{string.Concat(flat.Select(number => $"{number}\n"))}";
        var mapLength = (map.Length + 511) / 512 * 512;
        return version switch
        {
            "old" => OldGnu(flat, size, data),
            V00 => Join(
                Pax([$"GNU.sparse.size={size}", "GNU.sparse.numblocks=" + runs.Length, .. flat.Select((n, i) => (i % 2 == 0 ? "GNU.sparse.offset=" : "GNU.sparse.numbytes=") + n)]),
                Header("f", size: data.Length),
                Data(data)),
            "0.1" => Join(
                Pax("GNU.sparse.name=f", $"GNU.sparse.size={size}", "GNU.sparse.numblocks=" + runs.Length, "GNU.sparse.map=" + string.Join(',', flat)),
                Header("GNUSparseFile.0/f", size: data.Length),
                Data(data)),
            _ => Join(
                Pax("GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.name=f", $"GNU.sparse.realsize={size}"),
                Header("GNUSparseFile.0/f", size: mapLength + data.Length),
                Data(map),
                Data(data)),
        };
    }

    private static byte[] OldGnu(long[] flat, long size, string data)
    {
        var numbers = flat.Select(Octal).ToArray();
        var header = Header("f", 'S', data.Length, "ustar  \0", b =>
        {
            Put(b, 386, string.Concat(numbers.Take(8)));
            b[482] = (byte)(numbers.Length > 8 ? 1 : 0);
            Put(b, 483, Octal(size));
        });
        var extensions = numbers.Skip(8).Chunk(42).ToArray();
        return Join(
            [
                header,
                .. extensions.Select((chunk, i) =>
                {
                    var block = new byte[512];
                    Put(block, 0, string.Concat(chunk));
                    block[504] = (byte)(i + 1 < extensions.Length ? 1 : 0);
                    return block;
                }),
                Data(data),
            ]);
    }

    private static string Octal(long number) => Convert.ToString(number, 8).PadLeft(11, '0') + "\0";

    private static async Task Fails(string message, byte[] entry) => Assert.Contains(
        message, (await Assert.ThrowsAsync<IntegrityException>(() => TarArchives.Read(Join(entry, End)))).Message, StringComparison.Ordinal);
}
