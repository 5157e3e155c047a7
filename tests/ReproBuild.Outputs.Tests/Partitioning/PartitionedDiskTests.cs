using System.Text.Json.Nodes;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Partitioning;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Outputs.Tests.Partitioning;

public sealed class PartitionedDiskTests : IDisposable
{
    private static readonly FileContent First = FileContent.FromBytes(Enumerable.Repeat((byte)1, 3_000_000).ToArray());
    private static readonly FileContent Second = FileContent.FromBytes(Enumerable.Repeat((byte)2, 1_048_576).ToArray());
    private static readonly Guid DiskId = new("11111111-2222-8333-8444-555555555555");
    private static readonly Guid PartitionId = new("66666666-7777-8888-9999-aaaaaaaaaaaa");

    private readonly TemporaryDirectory _directory = new("disk");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Sfdisk_finds_the_partitions_of_a_master_boot_record()
    {
        var disk = MbrImage.Create(
            [new MbrPartition(MbrPartitionTypes.Fat32Lba, First, isActive: true), new MbrPartition(0x83, Second)],
            new MbrOptions { DiskSignature = 0xcafe0001, BootProgram = new byte[2048] });
        var table = await DumpAsync(disk);
        Assert.Equal(("dos", "0xcafe0001"), ((string?)table["label"], (string?)table["id"]));
        var partitions = table["partitions"]!.AsArray();
        Assert.Equal((2048, 5860, "c", true), Describe(partitions[0]!));
        Assert.Equal((8192, 2048, "83", false), Describe(partitions[1]!));
        Assert.Equal(First.ToArray(), disk.Slice(2048 * 512, First.Length).ToArray());
    }

    [Fact]
    public async Task Sgdisk_and_sfdisk_find_no_fault_in_a_GUID_partition_table()
    {
        Assert.SkipUnless(DiskTools.Sgdisk.IsAvailable, DiskTools.Sgdisk.SkipReason);
        foreach (var size in (long?[])[null, 64L << 20, 3L << 40])
        {
            var disk = Gpt(size);
            var path = _directory["gpt.img"];
            await disk.WriteToAsync(path, TestContext.Current.CancellationToken);
            var verdict = await DiskTools.Sgdisk.RunAsync(["-v", path], cancellationToken: TestContext.Current.CancellationToken);
            Assert.Contains("No problems found", verdict, StringComparison.Ordinal);
            var table = await DumpAsync(disk);
            Assert.Equal(("gpt", DiskId.ToString().ToUpperInvariant()), ((string?)table["label"], (string?)table["id"]));
            var partition = table["partitions"]!.AsArray()[0]!;
            Assert.Equal("C12A7328-F81F-11D2-BA4B-00A0C93EC93B", (string?)partition["type"]);
            Assert.Equal(PartitionId.ToString().ToUpperInvariant(), (string?)partition["uuid"]);
            Assert.Equal("EFI System", (string?)partition["name"]);
            Assert.Equal("LegacyBIOSBootable", (string?)partition["attrs"]);
        }
    }

    [Fact]
    public void A_disk_that_is_too_small_for_its_partitions_is_refused() =>
        Assert.Contains("needed", Assert.Throws<InvalidOptionException>(() => Gpt(2L << 20)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(1000)]
    [InlineData(1 << 20)]
    [InlineData((3 << 20) + 1)]
    [InlineData((2L << 40) + 512)]
    public void A_size_that_a_master_boot_record_cannot_have_is_refused(long size)
    {
        var error = Assert.Throws<InvalidOptionException>(() => Mbr(Second, size));
        Assert.Equal("MbrOptions.Size", error.OptionName);
        Assert.Contains(size.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_master_boot_record_holds_partitions_up_to_2_TiB()
    {
        const long Largest = (2L << 40) - MbrImage.FirstPartitionOffset;
        Assert.Equal(MbrImage.MaxSize, Mbr(Zeros(Largest), null).Length);
        Assert.Equal(MbrImage.MaxSize, Mbr(Second, MbrImage.MaxSize).Length);
        foreach (var length in (long[])[Largest + 1, 3L << 40])
        {
            var error = Assert.Throws<ArgumentException>(() => Mbr(Zeros(length), null));
            Assert.Equal("partitions", error.ParamName);
            Assert.Contains("2199023255552", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_empty_partition_is_refused()
    {
        var gpt = new GptPartition(GptPartitionTypes.LinuxFileSystem, PartitionId, "empty", FileContent.Empty);
        Assert.Contains("Partition 1 is empty", Assert.Throws<ArgumentException>(() => GptImage.Create([gpt], new GptOptions { DiskId = DiskId })).Message, StringComparison.Ordinal);
        Assert.Contains("Partition 1 is empty", Assert.Throws<ArgumentException>(() => Mbr(FileContent.Empty, null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signature_of_zero_is_refused() =>
        Assert.Throws<InvalidOptionException>(() => MbrImage.Create([], new MbrOptions { DiskSignature = 0 }));

    [Fact]
    public void A_boot_program_keeps_its_bytes_around_the_table()
    {
        var program = Enumerable.Repeat((byte)0xab, 2048).ToArray();
        var disk = MbrImage.Create([new MbrPartition(0x83, Second)], new MbrOptions { DiskSignature = 1, BootProgram = program }).ToArray();
        Assert.Equal(program[..440], disk[..440]);
        Assert.Equal(program[512..], disk[512..2048]);
        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 0x20, 0x21, 0, 0x83], disk[440..451]);
    }

    private static FileContent Gpt(long? size) => GptImage.Create(
        [new GptPartition(GptPartitionTypes.EfiSystem, PartitionId, "EFI System", First, attributes: 4)], new GptOptions { DiskId = DiskId, Size = size });

    private static FileContent Mbr(FileContent content, long? size) =>
        MbrImage.Create([new MbrPartition(0x83, content)], new MbrOptions { DiskSignature = 1, Size = size });

    private static FileContent Zeros(long length) => new FileContentBuilder().AppendZeros(length).Build();

    private static (int Start, int Size, string? Type, bool IsBootable) Describe(JsonNode partition) =>
        ((int)partition["start"]!, (int)partition["size"]!, (string?)partition["type"], (bool?)partition["bootable"] ?? false);

    private async Task<JsonNode> DumpAsync(FileContent disk)
    {
        Assert.SkipUnless(DiskTools.Sfdisk.IsAvailable, DiskTools.Sfdisk.SkipReason);
        var path = _directory["disk.img"];
        await disk.WriteToAsync(path, TestContext.Current.CancellationToken);
        var verdict = await DiskTools.Sfdisk.TryRunAsync(["--verify", path], cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(verdict.ExitCode == 0 && verdict.Output.Contains("No errors detected", StringComparison.Ordinal), verdict.Output + verdict.Error);
        return JsonNode.Parse(await DiskTools.Sfdisk.RunAsync(["--json", path], cancellationToken: TestContext.Current.CancellationToken))!["partitiontable"]!;
    }
}
