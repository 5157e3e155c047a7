using ReproBuild.Outputs.Iso9660;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Outputs.Tests.Iso9660;

/// <summary>What xorriso and isoinfo report of a volume.</summary>
public sealed class IsoToolTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new("iso");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Isoinfo_lists_the_Joliet_names()
    {
        Assert.SkipUnless(IsoTools.IsoInfo.IsAvailable, IsoTools.IsoInfo.SkipReason);
        var tree = Iso9660ImageTests.Tree(
            ("dir/a:b*c?d;e\\f", SampleTree.File("x"u8.ToArray())), ("dir/Lower case.tar.gz", SampleTree.File("x"u8.ToArray())), ("link", SampleTree.SymbolicLink("dir")),
            (new string('n', 150), SampleTree.File("x"u8.ToArray())));
        var path = await WriteAsync(Iso9660ImageTests.Create(tree));
        var listing = await IsoTools.IsoInfo.RunAsync(["-J", "-f", "-i", path], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["/dir", "/dir/Lower case.tar.gz;1", "/dir/a_b_c_d_e_f;1", "/" + new string('n', 103) + ";1"], Lines(listing).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Xorriso_lists_the_Joliet_names_in_Unicode()
    {
        Assert.SkipUnless(IsoTools.Xorriso.IsAvailable, IsoTools.Xorriso.SkipReason);
        var path = await WriteAsync(Iso9660ImageTests.Create(Iso9660ImageTests.Tree(("dir/Grüße 名 😀.txt", SampleTree.File("x"u8.ToArray())))));
        var utf8 = new ToolOptions { Environment = new Dictionary<string, string> { ["LC_ALL"] = "C.UTF-8" } };
        var listing = await IsoTools.Xorriso.RunAsync(["-no_rc", "-read_fs", "norock", "-indev", $"stdio:{path}", "-find", "/"], utf8, TestContext.Current.CancellationToken);
        Assert.Equal(["'/'", "'/dir'", "'/dir/Grüße 名 😀.txt'"], Lines(listing));
    }

    [Fact]
    public async Task Isoinfo_lists_modes_owners_and_links_by_Rock_Ridge()
    {
        Assert.SkipUnless(IsoTools.IsoInfo.IsAvailable, IsoTools.IsoInfo.SkipReason);
        var path = await WriteAsync(Iso9660ImageTests.SmallVolume());
        var listing = await IsoTools.IsoInfo.RunAsync(["-R", "-l", "-i", path], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Matches(@"-rwxr-xr-x\s+2 1750 1750\s+6 Apr 18 2017 .* first ", listing); // owners in octal
        Assert.Matches(@"lrwxrwxrwx\s+1 +0 +0 .* link -> /usr/\.\./a", listing);
        Assert.Matches(@"-rw-r--r--\s+1 .* n{200} ", listing);
    }

    [Fact]
    public async Task Isoinfo_lists_deep_directories()
    {
        Assert.SkipUnless(IsoTools.IsoInfo.IsAvailable, IsoTools.IsoInfo.SkipReason);
        var deep = string.Join('/', Enumerable.Range(1, 20).Select(static i => $"level {i}"));
        var path = await WriteAsync(Iso9660ImageTests.Create(Iso9660ImageTests.Tree(($"{deep}/file", SampleTree.File("x"u8.ToArray())))));
        var listing = await IsoTools.IsoInfo.RunAsync(["-R", "-f", "-i", path], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains($"/{deep}/file", Lines(listing));
    }

    [Fact]
    public async Task Xorriso_reports_the_boot_images()
    {
        Assert.SkipUnless(IsoTools.Xorriso.IsAvailable, IsoTools.Xorriso.SkipReason);
        var path = await WriteAsync(Iso9660ImageTests.SmallVolume());
        var report = await IsoTools.Xorriso.RunAsync(["-no_rc", "-indev", $"stdio:{path}", "-report_el_torito", "plain"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Matches(@"El Torito boot img :\s+1\s+BIOS\s+y\s+none\s+0x0000\s+0x00\s+4\s+\d+", report);
        Assert.Matches(@"El Torito boot img :\s+2\s+UEFI\s+y\s+none\s+0x0000\s+0x00\s+8\s+\d+", report);
    }

    [Fact]
    public async Task Xorriso_checks_the_directories_without_complaint()
    {
        Assert.SkipUnless(IsoTools.Xorriso.IsAvailable, IsoTools.Xorriso.SkipReason);
        var path = await WriteAsync(Iso9660ImageTests.Create(SampleTree.Create()));
        var result = await IsoTools.Xorriso.TryRunAsync(
            ["-no_rc", "-abort_on", "WARNING", "-indev", $"stdio:{path}", "-find", "/", "-exec", "lsdl"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("-rwsr-xr-x", result.Output, StringComparison.Ordinal);
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private async Task<string> WriteAsync(IsoVolume image)
    {
        var path = _directory["volume.iso"];
        await image.Content.WriteToAsync(path, TestContext.Current.CancellationToken);
        return path;
    }
}
