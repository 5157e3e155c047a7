using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Kernels;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Outputs.Tests.Disks;

/// <summary>The sizes that a disk can be asked to have.</summary>
public sealed class DiskSizeTests : IDisposable
{
    private const long GiB = 1L << 30;
    private const long TiB = 1L << 40;

    private readonly TemporaryDirectory _directory = new("disksize");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("raw-bios", "amd64", (2 * TiB) + 512, 2 * TiB)]
    [InlineData("aws", "amd64", 3 * TiB, 2 * TiB)]
    [InlineData("qcow2-bios", "amd64", 3 * TiB, 2 * TiB)]
    [InlineData("qcow2-efi", "amd64", 3 * 1024 * TiB, 2 * 1024 * TiB)]
    [InlineData("vhd", "amd64", 2041 * GiB, 2040 * GiB)]
    [InlineData("dynamic-vhd", "amd64", 3 * TiB, 2040 * GiB)]
    [InlineData("dynamic-vhd", "arm64", 2041 * GiB, 2040 * GiB)]
    [InlineData("vmdk", "amd64", 3 * TiB, 2 * TiB)]
    [InlineData("vmdk", "arm64", 63 * TiB, 62 * TiB)]
    [InlineData("vmdk-efi", "amd64", 63 * TiB, 62 * TiB)]
    [InlineData("gcp", "amd64", 3 * TiB, 2 * TiB)]
    [InlineData("gcp", "arm64", 65 * TiB, 64 * TiB)]
    [InlineData("gcp-efi", "amd64", 65 * TiB, 64 * TiB)]
    public async Task A_size_that_is_too_large_is_refused_before_a_byte_is_written(string name, string architecture, long size, long limit)
    {
        var error = await RefusedAsync(name, architecture, size);
        Assert.Contains($" {limit}. ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vmdk", 64 * 1024)]
    [InlineData("vhd", 1024 * 1024)]
    [InlineData("gcp", 1024 * 1024 * 1024)]
    [InlineData("vmdk-efi", 64 * 1024)]
    [InlineData("vhd-efi", 1024 * 1024)]
    [InlineData("gcp-efi", 1024 * 1024 * 1024)]
    public async Task A_size_between_two_multiples_is_refused_before_a_byte_is_written(string name, long multiple)
    {
        var error = await RefusedAsync(name, "amd64", (2 * GiB) + 512);
        Assert.Contains($" {multiple} ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("qcow2-bios", "qcow2", 2 * TiB)]
    [InlineData("dynamic-vhd", "vpc", 2040 * GiB)]
    [InlineData("vmdk", "vmdk", 2 * TiB)]
    [InlineData("vmdk", "vmdk", GiB + (64 * 1024))]
    [InlineData("vmdk-efi", "vmdk", GiB + (64 * 1024))]
    [InlineData("dynamic-vhd-efi", "vpc", 2040 * GiB)]
    public async Task The_largest_size_is_the_size_of_the_disk(string name, string format, long size)
    {
        await WriteAsync(name, size);
        Assert.Equal(size, await VirtualSizeAsync(format));
    }

    [Fact]
    public async Task On_a_disk_of_more_than_2_TiB_the_system_partition_ends_where_FAT_does()
    {
        Assert.SkipUnless(DiskTools.Sgdisk.IsAvailable, DiskTools.Sgdisk.SkipReason);
        await WriteAsync("qcow2-efi", 3 * TiB);
        Assert.Equal(3 * TiB, await VirtualSizeAsync("qcow2"));
        await DiskTools.QemuImg.RunAsync(["convert", "-f", "qcow2", "-O", "raw", _directory["image"], _directory["raw"]], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains("No problems found", await DiskTools.Sgdisk.RunAsync(["-v", _directory["raw"]], cancellationToken: TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var table = JsonNode.Parse(await DiskTools.Sfdisk.RunAsync(["--json", _directory["raw"]], cancellationToken: TestContext.Current.CancellationToken))!["partitiontable"]!;
        var partition = Assert.Single(table["partitions"]!.AsArray())!;
        Assert.Equal((2048, (1L << 32) - 2048), ((long)partition["start"]!, (long)partition["size"]!));
        Assert.Equal((3 * TiB / 512) - 34, (long)table["lastlba"]!);
    }

    private static FormatRun Run(string architecture, long size) => new()
    {
        Root = SampleTree.Create(),
        Kernel = new KernelFiles(architecture == "arm64" ? SyntheticKernel.Arm64Image() : SyntheticKernel.BzImage(), "quiet", null),
        Architecture = architecture,
        DiskSize = size,
    };

    private static async Task<OutputFormatException> RefusedAsync(string name, string architecture, long size)
    {
        var run = Run(architecture, size);
        using var scratch = new ScratchSpace();
        var context = new OutputContext(static (suffix, _) => throw new InvalidOperationException($"{suffix} was begun."))
        {
            BaseName = "test",
            Root = run.Root,
            Kernel = run.Kernel,
            Platform = Platform.Linux(architecture),
            SourceDateEpoch = BuildOptions.LinuxKitEpoch,
            DiskSize = size,
            Scratch = scratch,
            Logger = NullLogger.Instance,
        };
        var format = StandardOutputFormats.All.Single(f => f.Name == name);
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => format.WriteAsync(context, TestContext.Current.CancellationToken));
        Assert.Contains(size.ToString(CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
        Assert.Contains("BuildOptions.DiskSize", error.Message, StringComparison.Ordinal);
        return error;
    }

    private async Task WriteAsync(string name, long size)
    {
        Assert.SkipUnless(DiskTools.QemuImg.IsAvailable, DiskTools.QemuImg.SkipReason);
        var artifacts = await Run("amd64", size).WriteAsync(StandardOutputFormats.All.Single(f => f.Name == name), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(_directory["image"], artifacts.Single().Value, TestContext.Current.CancellationToken);
    }

    private async Task<long> VirtualSizeAsync(string format) => (long)JsonNode.Parse(
        await DiskTools.QemuImg.RunAsync(["info", "--output=json", "-f", format, _directory["image"]], cancellationToken: TestContext.Current.CancellationToken))!["virtual-size"]!;
}
