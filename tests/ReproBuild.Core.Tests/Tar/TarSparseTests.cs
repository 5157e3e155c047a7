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
        await Fails(Sparse(version, [(5, 3), (2, 1)], 20, "abcd"));
        await Fails(Sparse(version, [(2, 3), (4, 1)], 20, "abcd"));
        await Fails(Sparse(version, [(2, 4)], 5, "abcd"));
        await Fails(Sparse(version, [(2, 4)], 20, "abcde"));
        await Fails(Sparse(version, [(2, 4)], 20, "abc"));
    }

    [Fact]
    public async Task A_map_that_is_not_made_of_numbers_is_an_error()
    {
        await Fails(Join(Pax("GNU.sparse.size=4", "GNU.sparse.map=0,x"), Header("f", size: 4), Data("abcd")));
        await Fails(Join(Pax("GNU.sparse.size=4", "GNU.sparse.map=0,4,4"), Header("f", size: 4), Data("abcd")));
        await Fails(Join(Pax("GNU.sparse.map=0,4"), Header("f", size: 4), Data("abcd")));
        await Fails(Join(Pax("GNU.sparse.size=4", "GNU.sparse.numbytes=4"), Header("f", size: 4), Data("abcd")));
        await Fails(Join(Pax("GNU.sparse.major=2", "GNU.sparse.minor=0"), Header("f", size: 4), Data("abcd")));
        foreach (var map in (string[])["x\n", "1\n0\nx\n", "999999999999999999999999\n", "2\n0\n4\n", ""])
        {
            await Fails(Join(
                Pax("GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.realsize=4"),
                Header("f", size: 512),
                Data(map.PadRight(512, '\0'))));
        }
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

    private static Task<IntegrityException> Fails(byte[] entry) =>
        Assert.ThrowsAsync<IntegrityException>(() => TarArchives.Read(Join(entry, End)));
}
