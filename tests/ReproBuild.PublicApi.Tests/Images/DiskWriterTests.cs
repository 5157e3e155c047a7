using System.Text.Json.Nodes;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Partitioning;
using ReproBuild.Outputs.VirtualDisks;
using ReproBuild.Testing.Tools;

namespace ReproBuild.PublicApi.Tests.Images;

/// <summary>Disks that a caller makes, and the images that hold them.</summary>
public sealed class DiskWriterTests : IDisposable
{
    private static readonly Guid Id = new("11111111-2222-8333-8444-555555555555");
    private static readonly FileContent Content = FileContent.FromBytes(Enumerable.Repeat((byte)7, 100_000).ToArray());

    private readonly TemporaryDirectory _directory = new("disks");
    private readonly ScratchSpace _scratch = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _scratch.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_GUID_partition_table()
    {
        GptPartition[] partitions =
        [
            new(GptPartitionTypes.EfiSystem, Id, "first", Content, attributes: 4),
            new(GptPartitionTypes.LinuxFileSystem, Guid.Empty, "second", Content),
        ];
        Assert.Equal((GptPartitionTypes.EfiSystem, Id, "first"), (partitions[0].Type, partitions[0].Id, partitions[0].Name));
        Assert.Equal((Content, 4ul), (partitions[0].Content, partitions[0].Attributes));
        var options = new GptOptions { DiskId = Id, Size = 8 << 20 };
        Assert.Equal((Id, 8 << 20), (options.DiskId, options.Size));
        var table = await ReadTableAsync(await GptImage.CreateAsync(partitions, options, _scratch, Cancellation));
        Assert.Equal("gpt", (string?)table["label"]);
        Assert.Equal(["first", "second"], table["partitions"]!.AsArray().Select(static p => (string?)p!["name"]));
    }

    [Fact]
    public async Task A_master_boot_record()
    {
        MbrPartition[] partitions = [new(0x0c, Content, isActive: true), new(0x83, Content)];
        Assert.Equal((0x0c, Content, true), (partitions[0].Type, partitions[0].Content, partitions[0].IsActive));
        var options = new MbrOptions { DiskSignature = 0xcafe0001, BootProgram = new byte[440], Size = 8 << 20 };
        Assert.Equal((0xcafe0001, 440, 8 << 20), (options.DiskSignature, options.BootProgram.Length, options.Size));
        var table = await ReadTableAsync(await MbrImage.CreateAsync(partitions, options, _scratch, Cancellation));
        Assert.Equal(("dos", "0xcafe0001"), ((string?)table["label"], (string?)table["id"]));
        Assert.Equal(["c", "83"], table["partitions"]!.AsArray().Select(static p => (string?)p!["type"]));
    }

    [Fact]
    public async Task Virtual_disks_hold_the_disk()
    {
        var disk = new FileContentBuilder().Append(Content).PadTo(64 << 20).Append(Content).PadTo(65 << 20).Build();
        var vmdk = new VmdkOptions { ContentId = 7, MaxParallelism = 2, Effort = CompressionEffort.Fast };
        Assert.Equal((7u, 2, CompressionEffort.Fast), (vmdk.ContentId, vmdk.MaxParallelism, vmdk.Effort));
        var vhd = new VhdOptions { UniqueId = Id, IsDynamic = true, SourceDateEpoch = 86_400 };
        Assert.Equal((Id, true, 86_400), (vhd.UniqueId, vhd.IsDynamic, vhd.SourceDateEpoch));
        await CompareAsync(disk, await Qcow2Image.CreateAsync(disk, new Qcow2Options(), _scratch, Cancellation), "qcow2");
        await CompareAsync(disk, await VhdImage.CreateAsync(disk, vhd, _scratch, Cancellation), "vpc");
        await CompareAsync(disk, await VhdImage.CreateAsync(disk, new VhdOptions { UniqueId = Id }, _scratch, Cancellation), "vpc");
        await CompareAsync(disk, await VmdkImage.CreateAsync(disk, vmdk, _scratch, Cancellation), "vmdk");
    }

    private async Task<JsonNode> ReadTableAsync(FileContent disk)
    {
        Assert.SkipUnless(DiskTools.Sfdisk.IsAvailable, DiskTools.Sfdisk.SkipReason);
        Assert.Equal(8 << 20, disk.Length);
        await disk.SaveAsync(_directory["disk"], Cancellation);
        return JsonNode.Parse(await DiskTools.Sfdisk.RunAsync(["--json", _directory["disk"]], cancellationToken: Cancellation))!["partitiontable"]!;
    }

    private async Task CompareAsync(FileContent disk, FileContent image, string format)
    {
        Assert.SkipUnless(DiskTools.QemuImg.IsAvailable, DiskTools.QemuImg.SkipReason);
        await disk.SaveAsync(_directory["disk"], Cancellation);
        await image.SaveAsync(_directory["image"], Cancellation);
        await DiskTools.QemuImg.RunAsync(["compare", "-f", "raw", "-F", format, _directory["disk"], _directory["image"]], cancellationToken: Cancellation);
    }
}
