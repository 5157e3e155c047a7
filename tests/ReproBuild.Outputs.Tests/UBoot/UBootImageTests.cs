using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.UBoot;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Outputs.Tests.UBoot;

public sealed class UBootImageTests : IDisposable
{
    private static readonly ExternalTool DumpImage = new("dumpimage", "u-boot-tools");

    private readonly TemporaryDirectory _directory = new("uimage");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task UBoots_own_tool_verifies_a_kernel()
    {
        var listing = await ListAsync(Content(), new UBootOptions
        {
            Type = UBootImageType.Kernel, IsGzip = true, LoadAddress = 0x80000, EntryPoint = 0x80000, Name = "Linux 6.1",
        });
        Assert.Contains("Image Name:   Linux 6.1", listing, StringComparison.Ordinal);
        Assert.Contains("AArch64 Linux Kernel Image (gzip compressed)", listing, StringComparison.Ordinal);
        Assert.Contains("Load Address: 00080000", listing, StringComparison.Ordinal);
        Assert.Contains("Entry Point:  00080000", listing, StringComparison.Ordinal);
        Assert.Contains("Tue Apr 18 16:30:00 2017", listing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_RAM_disk_comes_back_whole()
    {
        Assert.Contains("RAMDisk Image (uncompressed)", await ListAsync(Content(), new UBootOptions { Type = UBootImageType.RamDisk }), StringComparison.Ordinal);
        await DumpImage.RunAsync(["-T", "ramdisk", "-p", "0", "-o", _directory["out"], _directory["image"]], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Content().ToArray(), File.ReadAllBytes(_directory["out"]));
    }

    [Fact]
    public async Task A_script_has_a_table_of_its_lengths()
    {
        var listing = await ListAsync(FileContent.FromBytes("echo hello\n"u8.ToArray()), new UBootOptions { Type = UBootImageType.Script });
        Assert.Contains("Script", listing, StringComparison.Ordinal);
        Assert.Contains("Image 0: 11 Bytes", listing, StringComparison.Ordinal);
    }

    [Fact]
    public void The_header_is_that_of_the_format()
    {
        var header = UBootImage.Create(FileContent.FromBytes("123456789"u8.ToArray()), new UBootOptions { Type = UBootImageType.RamDisk, Name = "n" }).ToArray();
        Assert.Equal("27051956", Convert.ToHexStringLower(header.AsSpan(0, 4)));
        Assert.Equal("58f63f08" + "00000009" + "00000000" + "00000000" + "cbf43926" + "05160300" + "6e00", Convert.ToHexStringLower(header.AsSpan(8, 26)));
        Assert.Equal(64 + 9, header.Length);
    }

    [Fact]
    public void A_name_of_33_characters_is_refused() => Assert.Throws<InvalidOptionException>(
        () => UBootImage.Create(Content(), new UBootOptions { Type = UBootImageType.Kernel, Name = new string('n', 33) }));

    [Theory]
    [InlineData(-1)]
    [InlineData(1L << 32)]
    public void A_time_that_the_header_cannot_hold_is_refused(long time)
    {
        var error = Assert.Throws<InvalidOptionException>(() => UBootImage.Create(Content(), new UBootOptions { Type = UBootImageType.Kernel, SourceDateEpoch = time }));
        Assert.Contains($"UBootOptions.SourceDateEpoch {time} is not in the range from 0 to 4294967295", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(uint.MaxValue)]
    public void The_first_and_the_last_time_are_taken(long time) =>
        Assert.NotEqual(0, UBootImage.Create(Content(), new UBootOptions { Type = UBootImageType.Kernel, SourceDateEpoch = time }).Length);

    private static FileContent Content() => FileContent.FromBytes(Enumerable.Range(0, 300_000).Select(static i => (byte)((i * 7) & 0xff)).ToArray());

    private async Task<string> ListAsync(FileContent content, UBootOptions options)
    {
        Assert.SkipUnless(DumpImage.IsAvailable, DumpImage.SkipReason);
        await UBootImage.Create(content, options).WriteToAsync(_directory["image"], TestContext.Current.CancellationToken);
        return await DumpImage.RunAsync(
            ["-l", _directory["image"]], new ToolOptions { Environment = new Dictionary<string, string> { ["TZ"] = "UTC" } }, TestContext.Current.CancellationToken);
    }
}
