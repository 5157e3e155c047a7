using System.Buffers.Binary;
using System.Security.Cryptography;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Fat;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Outputs.Tests.Fat;

public sealed class FatVolumeTests : IDisposable
{
    private const long MiB = 1024 * 1024;

    private static readonly FatOptions Options = new() { SerialNumber = 0x12345678 };

    private readonly TemporaryDirectory _directory = new("fat");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1, "FAT12")]
    [InlineData(5, "FAT16")]
    [InlineData(20, "FAT16")]
    [InlineData(40, "FAT32")]
    [InlineData(300, "FAT32")]
    [InlineData(9000, "FAT32")]
    public async Task Fsck_and_mtools_read_every_type(int mebibytes, string type)
    {
        SkipWithout(DiskTools.FsckFat, DiskTools.Mcopy);
        var content = Bytes(700_000, 7);
        var tree = Tree(
            ("EFI/BOOT/BOOTX64.EFI", content), ("loader/loader.conf", "timeout 0\n"u8.ToArray()), ("Ein langer Name mit Ümläut.txt", [1, 2, 3]), ("EMPTY", []));
        var volume = FatVolume.Create(tree, OfSize(mebibytes * 1024L * 1024));
        Assert.Equal(mebibytes * 1024L * 1024, volume.Content.Length);
        var path = await WriteAsync(volume.Content);
        Assert.Contains(type, System.Text.Encoding.ASCII.GetString(volume.Content.Slice(0, 512).ToArray()), StringComparison.Ordinal);
        await FsckAsync(path);
        var output = _directory["out"];
        await DiskTools.Mcopy.RunAsync(["-s", "-n", "-i", path, "::/", output], UnicodeLocale, TestContext.Current.CancellationToken);
        Assert.Equal(content, File.ReadAllBytes(Path.Combine(output, "EFI/BOOT/BOOTX64.EFI")));
        Assert.Equal("timeout 0\n", File.ReadAllText(Path.Combine(output, "loader/loader.conf")));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(Path.Combine(output, "Ein langer Name mit Ümläut.txt")));
        Assert.Empty(File.ReadAllBytes(Path.Combine(output, "EMPTY")));
    }

    [Fact]
    public async Task The_default_size_is_the_smallest_that_holds_the_content()
    {
        SkipWithout(DiskTools.FsckFat);
        foreach (var length in (int[])[0, 500_000, 1_000_000, 4_000_000, 33_000_000, 66_000_000])
        {
            var volume = FatVolume.Create(Tree(("KERNEL", Bytes(length, 1))), Options).Content;
            Assert.Equal(0, volume.Length % (1024 * 1024));
            Assert.InRange(volume.Length, length, length + (length / 40) + MiB);
            await FsckAsync(await WriteAsync(volume));
        }
    }

    [Fact]
    public void A_file_lies_where_OffsetOf_says()
    {
        var content = Bytes(123_456, 3);
        var volume = FatVolume.Create(Tree(("a/first", [9]), ("a/kernel", content)), Options);
        Assert.Equal(content, volume.Content.Slice(volume.OffsetOf("a/kernel"), content.Length).ToArray());
    }

    [Fact]
    public async Task A_directory_of_many_long_names_is_read_back_whole()
    {
        SkipWithout(DiskTools.FsckFat, DiskTools.Mdir);
        var names = Enumerable.Range(0, 1500).Select(static i => $"some quite long file name number {i:D5}.config").ToArray();
        var path = await WriteAsync(FatVolume.Create(Tree([.. names.Select(static n => ($"d/{n}", new byte[] { 1 }))]), Options).Content);
        await FsckAsync(path);
        var listing = await DiskTools.Mdir.RunAsync(["-b", "-i", path, "::/d"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(names, listing.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => l["::/d/".Length..]));
    }

    [Fact]
    public async Task A_short_name_equals_the_long_name_of_no_other_file()
    {
        SkipWithout(DiskTools.Mcopy);
        var path = await WriteAsync(FatVolume.Create(Tree(("foobar baz.txt", [1]), ("foobar~1.txt", [2]), ("d/a b", [3]), ("d/ab~1", [4]), ("d/AB~2", [5])), Options).Content);
        foreach (var (name, value) in ((string, byte)[])[("foobar baz.txt", 1), ("foobar~1.txt", 2), ("d/a b", 3), ("d/ab~1", 4), ("d/AB~2", 5)])
        {
            await DiskTools.Mcopy.RunAsync(["-n", "-o", "-i", path, $"::{name}", _directory["file"]], cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal([value], File.ReadAllBytes(_directory["file"]));
        }
    }

    [Fact]
    public void Short_names_get_the_first_free_number_even_when_there_are_many()
    {
        var names = new FatShortNames();
        names.Reserve("abcde~12.txt");
        string[] texts = [.. Enumerable.Range(0, 1500).Select(static i => $"abcde{(i % 7 == 0 ? "x" : "fg")}-{i:D6}{(i % 5 == 0 ? ".txt" : "")}"), "ab cd.txt", "abc", "ab"];
        Assert.Equal(Numbered(texts, "ABCDE~12TXT"), texts.Select(t => System.Text.Encoding.ASCII.GetString(names.Make(t))));

        static IEnumerable<string> Numbered(string[] texts, string reserved)
        {
            HashSet<string> taken = [reserved];
            foreach (var text in texts)
            {
                var parts = text.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant().Split('.');
                yield return Enumerable.Range(1, 2000)
                    .Select(number => parts[0][..Math.Min(parts[0].Length, 7 - $"{number}".Length)] + $"~{number}")
                    .Select(stem => stem.PadRight(8) + (parts.Length > 1 ? parts[1] : "").PadRight(3))
                    .First(taken.Add);
            }
        }
    }

    [Fact]
    public void Tens_of_thousands_of_similar_names_get_short_names_of_their_own()
    {
        var names = new FatShortNames();
        Assert.Equal(32_000, Enumerable.Range(0, 32_000).Select(i => System.Text.Encoding.ASCII.GetString(names.Make($"initrd-file-{i:D6}.data"))).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void A_volume_that_is_cancelled_is_not_made()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => FatVolume.Create(Tree(("a", [])), Options, source.Token));
    }

    [Theory]
    [InlineData("bad:name", "control character or one of")]
    [InlineData("trailing.", "dot or a space")]
    public void A_name_that_FAT_cannot_hold_is_refused_with_its_path(string name, string reason)
    {
        var error = Assert.Throws<OutputFormatException>(() => FatVolume.Create(Tree(($"dir/{name}", [])), Options));
        Assert.Contains($"'/dir/{name}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_differ_by_case_alone_are_refused_with_both()
    {
        var error = Assert.Throws<OutputFormatException>(() => FatVolume.Create(Tree(("d/Readme", []), ("d/README", [])), Options));
        Assert.Contains("Readme", error.Message, StringComparison.Ordinal);
        Assert.Contains("README", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_not_UTF8_is_refused()
    {
        var builder = new FileTreeBuilder();
        builder.Add(new ByteString([0x61, 0xff]), RegularFile([]));
        var error = Assert.Throws<OutputFormatException>(() => FatVolume.Create(builder.Build(), Options));
        Assert.Contains(@"/a\xff", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_symbolic_link_is_refused()
    {
        var builder = new FileTreeBuilder();
        builder.Add("link", new Inode { Type = FileType.SymbolicLink, Mode = (UnixFileMode)0x1ff, LinkTarget = "x" });
        Assert.Contains("/link", Assert.Throws<OutputFormatException>(() => FatVolume.Create(builder.Build(), Options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_4_GiB_is_refused_and_one_byte_less_is_not()
    {
        var builder = new FileTreeBuilder();
        builder.Add("big", RegularFile(new FileContentBuilder().AppendZeros(uint.MaxValue).Build()));
        Assert.InRange(FatVolume.Create(builder.Build(), Options).Content.Length, uint.MaxValue, long.MaxValue);
        builder.Add("big", RegularFile(new FileContentBuilder().AppendZeros(uint.MaxValue + 1L).Build()));
        Assert.Contains("4294967295", Assert.Throws<OutputFormatException>(() => FatVolume.Create(builder.Build(), Options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_volume_that_is_too_small_says_how_much_is_needed()
    {
        var error = Assert.Throws<OutputFormatException>(() => FatVolume.Create(Tree(("k", Bytes(3_000_000, 1))), OfSize(1024 * 1024)));
        Assert.Contains("needs a FAT volume of 3145728 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Times_are_UTC_and_clamped()
    {
        var builder = new FileTreeBuilder();
        builder.Add("A", new Inode { Type = FileType.RegularFile, Mode = (UnixFileMode)0, ModificationTime = new FileTime(1492533000) });
        builder.Add("B", new Inode { Type = FileType.RegularFile, Mode = (UnixFileMode)0, ModificationTime = new FileTime(-5) });
        var volume = FatVolume.Create(builder.Build(), new FatOptions { SerialNumber = Options.SerialNumber, Label = "" }).Content.ToArray();
        var root = 512 * (1 + (2 * BinaryPrimitives.ReadUInt16LittleEndian(volume.AsSpan(22))));
        Assert.Equal((ushort)((2017 - 1980) << 9 | 4 << 5 | 18), BinaryPrimitives.ReadUInt16LittleEndian(volume.AsSpan(root + 24)));
        Assert.Equal((ushort)(16 << 11 | 30 << 5), BinaryPrimitives.ReadUInt16LittleEndian(volume.AsSpan(root + 22)));
        Assert.Equal((ushort)(1 << 5 | 1), BinaryPrimitives.ReadUInt16LittleEndian(volume.AsSpan(root + 32 + 24)));
    }

    [Fact]
    public void The_bytes_are_pinned()
    {
        var tree = Tree(("EFI/BOOT/BOOTX64.EFI", Bytes(5000, 5)), ("a long name.txt", [1]));
        var digest = Convert.ToHexStringLower(SHA256.HashData(FatVolume.Create(tree, Options).Content.ToArray()));
        Assert.Equal("f2e0e64bd1e20651f35c5f381462417cb68acb249b6516c416671a3a521f9369", digest);
    }

    private static FatOptions OfSize(long size) => new() { SerialNumber = Options.SerialNumber, Size = size };

    private static ToolOptions UnicodeLocale => new() { Environment = new Dictionary<string, string> { ["LC_ALL"] = "C.UTF-8" } };

    private static void SkipWithout(params ExternalTool[] tools)
    {
        foreach (var tool in tools)
        {
            Assert.SkipUnless(tool.IsAvailable, tool.SkipReason);
        }
    }

    private static async Task FsckAsync(string path)
    {
        var result = await DiskTools.FsckFat.TryRunAsync(["-n", "-v", path], cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }

    private static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static Inode RegularFile(byte[] content) => RegularFile(FileContent.FromBytes(content));

    private static Inode RegularFile(FileContent content) =>
        new() { Type = FileType.RegularFile, Mode = (UnixFileMode)0b110_100_100, ModificationTime = new FileTime(1492533000), Content = content };

    private static FileTree Tree(params (string Path, byte[] Content)[] files)
    {
        var builder = new FileTreeBuilder();
        foreach (var (path, content) in files)
        {
            builder.Add(path, RegularFile(content), implicitParent: new Inode { Type = FileType.Directory, Mode = (UnixFileMode)0b111_101_101, ModificationTime = new FileTime(1492533000) });
        }

        return builder.Build();
    }

    private async Task<string> WriteAsync(FileContent content)
    {
        var path = _directory["volume.img"];
        await content.WriteToAsync(path, TestContext.Current.CancellationToken);
        return path;
    }
}
