using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ReproBuild.Core.Tar;

namespace ReproBuild.Core.Tests.Tar;

/// <summary>Archives of GNU tar, compared with what lstat says of the files in them.</summary>
public sealed class GnuTarReadingTests(SourceTree tree) : IClassFixture<SourceTree>
{
    [Theory]
    [InlineData("--format=v7", "--exclude=fifo", "d")]
    [InlineData("--format=ustar", "d")]
    [InlineData("--format=oldgnu", "d", "long")]
    [InlineData("--format=gnu", "d", "long")]
    [InlineData("--format=posix", "d", "long")]
    [InlineData("--format=posix", "--pax-option=globexthdr.name=g,comment=x,gname=global", "./d", "./long")]
    [InlineData("--format=gnu", "--label=volume", "d", "long")]
    [InlineData("--format=oldgnu", "--sparse", "--hole-detection=raw", "s")]
    [InlineData("--format=gnu", "--sparse", "--hole-detection=raw", "s", "d")]
    [InlineData("--format=posix", "--sparse", "--hole-detection=raw", "--sparse-version=0.0", "s")]
    [InlineData("--format=posix", "--sparse", "--hole-detection=raw", "--sparse-version=0.1", "s")]
    [InlineData("--format=posix", "--sparse", "--hole-detection=raw", "--sparse-version=1.0", "s", "d")]
    public async Task Archives_of_GNU_tar_read_as_what_they_were_made_of(params string[] arguments)
    {
        SourceTree.SkipUnlessAvailable();
        var archive = await tree.Archive(arguments);
        var entries = await TarArchives.Read(archive);
        AssertFiles(arguments, entries);
        if (arguments.Contains("--sparse"))
        {
            AssertSparse(archive, entries);
        }
    }

    [Fact]
    public async Task Archives_read_the_same_a_byte_at_a_time()
    {
        SourceTree.SkipUnlessAvailable();
        string[] arguments = ["--format=posix", "--sparse", "--hole-detection=raw", "s", "d", "long"];
        var archive = await tree.Archive(arguments);
        AssertFiles(arguments, await TarArchives.Read(new OneByteStream(archive)));
    }

    [Fact]
    public async Task Extended_attributes_of_GNU_tar_are_read_as_bytes()
    {
        SourceTree.SkipUnlessAvailable();
        Assert.SkipUnless(tree.HasXattrs, "The file system for temporary files has no extended attributes.");
        var entries = await TarArchives.Read(await tree.Archive("--format=posix", "--xattrs", "x"));
        var attributes = entries.Single(e => e.Entry.Name == "x/attrs").Entry.ExtendedAttributes.ToDictionary(a => a.Name, a => a.Value);
        Assert.Equal(["user.a=%3D%", "user.bytes", "user.empty"], attributes.Keys.Select(name => name.ToString()));
        Assert.Equal(Enumerable.Range(0, 256).Select(i => (byte)i), attributes["user.bytes"].Span.ToArray());
        Assert.Equal(0, attributes["user.empty"].Length);
        Assert.Equal("name", attributes["user.a=%3D%"]);
    }

    [Fact]
    public async Task Archives_of_every_format_and_order_are_rewritten_to_the_same_bytes()
    {
        SourceTree.SkipUnlessAvailable();
        var options = new TarRewriteOptions { Order = TarOrder.Sorted, Times = TarTimes.Fix };
        var results = new HashSet<string>();
        foreach (var arguments in (string[][])
            [
                ["--format=posix", "--sort=name", "d", "long"],
                ["--format=gnu", "--sort=inode", "--blocking-factor=1", "long", "d"],
                ["--format=oldgnu", "--sort=none", "./long", "./d"],
                ["--format=posix", "--numeric-owner", "--pax-option=delete=atime", "d", "./long"],
            ])
        {
            var output = new MemoryStream();
            await TarRewriter.RewriteAsync(new MemoryStream(await tree.Archive(arguments)), output, options);
            results.Add(Convert.ToHexString(SHA256.HashData(output.ToArray())));
        }

        Assert.Single(results);
    }

    private static void AssertSparse(byte[] archive, List<(TarEntry Entry, byte[] Content)> entries)
    {
        var sparse = entries.Where(e => !e.Entry.SparseExtents.IsDefault).ToList();
        Assert.Equal(["s/hole", "s/runs"], sparse.Select(e => e.Entry.Name.ToString()).Order(StringComparer.Ordinal));
        Assert.Empty(sparse.Single(e => e.Entry.Name == "s/hole").Entry.SparseExtents);
        var (runs, content) = sparse.Single(e => e.Entry.Name == "s/runs");
        Assert.Equal(40, runs.SparseExtents.Length);
        foreach (var extent in runs.SparseExtents)
        {
            Assert.Equal(content.AsSpan((int)extent.Offset, (int)extent.Length), archive.AsSpan((int)extent.BlobOffset, (int)extent.Length));
        }
    }

    private void AssertFiles(string[] arguments, List<(TarEntry Entry, byte[] Content)> entries)
    {
        var hasFractions = arguments.Contains("--format=posix");
        var read = new Dictionary<string, SourceFile>();
        foreach (var (entry, content) in entries)
        {
            var path = entry.Name.Span.ToArray().AsSpan().TrimEnd((byte)'/');
            path = path.StartsWith("./"u8) ? path[2..] : path;
            var target = read.GetValueOrDefault(Convert.ToHexStringLower(TrimDot(entry.LinkName.Span)));
            var time = entry.ModificationTime.Seconds.ToString(CultureInfo.InvariantCulture) + "." + entry.ModificationTime.Nanoseconds.ToString("D9", CultureInfo.InvariantCulture);
            var kind = entry.Type == TarEntryType.HardLink ? target!.Kind : entry.Type.ToString();
            read.Add(Convert.ToHexStringLower(path), new SourceFile(
                kind,
                $"{Convert.ToString((int)entry.Mode, 8)} {entry.UserId} {entry.GroupId}",
                time,
                entry.Type == TarEntryType.HardLink ? target!.Sha256 : Convert.ToHexStringLower(SHA256.HashData(content)),
                entry.Type == TarEntryType.SymbolicLink ? Convert.ToHexStringLower(entry.LinkName.Span) : ""));
        }

        var roots = arguments.Where(argument => !argument.StartsWith('-')).Select(root => Convert.ToHexStringLower(Encoding.ASCII.GetBytes(root.Replace("./", "", StringComparison.Ordinal)))).ToList();
        var expected = tree.Files
            .Where(file => roots.Any(root => file.Key == root || file.Key.StartsWith(root + "2f", StringComparison.Ordinal)))
            .Where(file => !arguments.Contains("--exclude=fifo") || file.Value.Kind != "Fifo")
            .Select(file => (file.Key, hasFractions ? file.Value : file.Value with { Time = file.Value.Time.Split('.')[0] + ".000000000" }));
        Assert.Equal(expected.OrderBy(file => file.Key, StringComparer.Ordinal), read.Select(file => (file.Key, file.Value)).OrderBy(file => file.Key, StringComparer.Ordinal));
    }

    private static ReadOnlySpan<byte> TrimDot(ReadOnlySpan<byte> path) => path.StartsWith("./"u8) ? path[2..] : path;
}
