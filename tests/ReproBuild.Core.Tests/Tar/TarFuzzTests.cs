using ReproBuild.Core.Tar;
using static ReproBuild.Core.Tests.Tar.RawTar;

namespace ReproBuild.Core.Tests.Tar;

public sealed class TarFuzzTests
{
    // Generous: the reader's own buffer and its entries take a fraction.
    private const long MaxAllocation = 8 << 20;

    private static readonly InputLimits Limits = new() { MaxArchiveSize = 1 << 20, MaxExtendedHeaderSize = 1 << 16, MaxGlobalHeaderSize = 1 << 12 };

    private static readonly byte[] Seed = Join(
        Header("plain", size: 5),
        Data("hello"),
        Global("uname=somebody", "k=v"),
        Header("dir/", '5'),
        Pax("path=a/long/path", "mtime=1.5", "SCHILY.xattr.user.a=b", "LIBARCHIVE.xattr.user.c=ZA", "uid=70000", "size=3"),
        Header("short", size: 3),
        Data("abc"),
        Extension('L', "gnu/long/name\0"),
        Extension('K', "gnu/long/target\0"),
        Header("link", '2'),
        Header("hard", '1', edit: b => Put(b, 157, "plain")),
        Header("dev", '3', edit: b => Put(b, 329, "0000001\00000003\0")),
        TarSparseTests.Sparse("old", [.. Enumerable.Range(0, 30).Select(i => (i * 10L, 2L))], 400, new string('o', 60)),
        TarSparseTests.Sparse("0.0", [(2, 1), (5, 3)], 20, "abcd"),
        TarSparseTests.Sparse("0.1", [(2, 1), (5, 3)], 20, "abcd"),
        TarSparseTests.Sparse("1.0", [(2, 1), (5, 3)], 20, "abcd"),
        End);

    [Fact]
    public async Task The_seed_itself_is_read() => Assert.Equal(10, (await TarArchives.Read(Seed, Limits)).Count);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_damaged_archive_is_read_or_refused_and_never_takes_much_memory(int seed)
    {
        var random = new Random(seed);
        var (read, refused) = (0, 0);
        for (var i = 0; i < 800; i++)
        {
            var archive = Mutate(random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using var reader = new TarReader(new MemoryStream(archive), Limits);
                while (await reader.ReadEntryAsync() is not null)
                {
                    await reader.OpenContent().CopyToAsync(Stream.Null);
                }

                read++;
            }
            catch (IntegrityException)
            {
                refused++;
            }

            // Streams in memory never make the reader change threads.
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaxAllocation);
        }

        // Both must happen often, or the mutations miss their aim.
        Assert.InRange(read, 50, 750);
        Assert.InRange(refused, 50, 750);
    }

    [Fact]
    public async Task What_is_read_of_a_damaged_archive_is_rewritten_canonically()
    {
        var random = new Random(5);
        for (var i = 0; i < 150; i++)
        {
            var archive = Mutate(random);
            foreach (var order in Enum.GetValues<TarOrder>())
            {
                var once = await TryRewrite(archive, order);
                if (once is not null)
                {
                    Assert.Equal(once, await TryRewrite(once, order));
                }
            }
        }
    }

    [Fact]
    public async Task A_small_archive_never_takes_much_memory()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        byte[][] hostile =
        [
            Header("x", 'x', 1 << 16),
            Header("x", 'L', 1 << 30),
            Header("f", size: (1L << 33) - 1),
            Join(Pax("size=9223372036854775807"), Header("f")),
            Join(Pax("GNU.sparse.size=9223372036854775807", "GNU.sparse.map=0,9223372036854775807"), Header("f")),
            Join(Pax("GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.realsize=4"), Header("f", size: 512), Data("9223372036854775807\n0\n")),
        ];
        foreach (var archive in hostile)
        {
            await Assert.ThrowsAsync<IntegrityException>(() => TarArchives.Read(archive, Limits));
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaxAllocation);
    }

    private static async Task<byte[]?> TryRewrite(byte[] archive, TarOrder order)
    {
        try
        {
            var output = new MemoryStream();
            await TarRewriter.RewriteAsync(new MemoryStream(archive), output, new TarRewriteOptions { Order = order, Limits = Limits });
            return output.ToArray();
        }
        catch (IntegrityException)
        {
            return null;
        }
    }

    private static byte[] Mutate(Random random)
    {
        var archive = Seed.ToArray();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(archive.Length);
            switch (random.Next(5))
            {
                case 0:
                    archive[at] = (byte)random.Next(256);
                    break;
                case 1:
                    archive[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    archive[at] = "0123456789 =\n\0,./xgLKSV"u8[random.Next(23)];
                    break;
                case 3:
                    random.NextBytes(archive.AsSpan(at, Math.Min(random.Next(16), archive.Length - at)));
                    break;
                default:
                    archive = archive[..at];
                    archive = archive.Length == 0 ? [0] : archive;
                    break;
            }
        }

        for (var block = 0; block + 512 <= archive.Length; block += 512)
        {
            // Most damage must reach what lies behind the checksum.
            if (archive.AsSpan(block + 257, 5).SequenceEqual("ustar"u8) && random.Next(8) > 0)
            {
                FixChecksum(archive.AsSpan(block, 512));
            }
        }

        return archive;
    }
}
