namespace ReproBuild.Build.Tests.Memory;

/// <summary>Memory is bounded, however large the content is.</summary>
[Trait("Speed", "Slow")]
public sealed class LargeContentTests
{
    private const long Gibibyte = 1L << 30;
    private const long Limit = 300_000_000;

    /// <summary>The formats that hold 10 GiB and do not compress them, which would take minutes.</summary>
    private static readonly string[] Uncompressed = ["tar", "kernel+iso", "kernel+erofs"];

    /// <summary>Formats that compress their content, or hold what is compressed: more than the limit is enough, for that takes time.</summary>
    private static readonly string[] Compressed = ["kernel+initrd", "kernel+squashfs", "raw-bios", "qcow2-efi", "dynamic-vhd", "vmdk"];

    public static TheoryData<string> Formats => [.. StandardOutputFormats.All.Select(static format => format.Name).Where(Uncompressed.Contains)];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Ten_gibibytes_are_built_in_less_than_300_megabytes(string format) =>
        Assert.InRange(await MeasuredBuild.PeakAsync([format], 10 * Gibibyte, TestContext.Current.CancellationToken), 1, Limit);

    [Fact]
    public async Task Formats_that_compress_take_384_mebibytes_at_once_in_less_than_300_megabytes() =>
        Assert.InRange(await MeasuredBuild.PeakAsync(Compressed, 384 << 20, TestContext.Current.CancellationToken), 1, Limit);

    [Fact]
    public async Task Content_that_a_format_holds_would_be_seen() =>
        Assert.InRange(await MeasuredBuild.PeakAsync([HoardingFormat.FormatName], Gibibyte / 2, TestContext.Current.CancellationToken), Limit + 1, long.MaxValue);
}
