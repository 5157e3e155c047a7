using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ReproBuild.Outputs.Disks;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Kernels;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Outputs.Tests.Disks;

public sealed class DiskFormatTests : IDisposable
{
    private const long MiB = 1024 * 1024;
    private const string CommandLine = "console=ttyS0 quiet";

    /// <summary>The artifacts of one small build. A change here needs a commit that says which bytes changed and why.</summary>
    private static readonly Dictionary<string, string> Golden = new(StringComparer.Ordinal)
    {
        ["raw-bios"] = "cd1bb7b61a40ee7254a2fbbe75244c3122d63daf439aeb4e02067adbec1e17b9",
        ["raw-efi"] = "f0daed25564617ac4ad1e10119240a627bad53302e13bb5d774b3a0aeaca950f",
        ["qcow2-bios"] = "16e2f53ca6182a9d8c8cf9408bca2e8275132d7d7ec9413c257b068f7a04fb24",
        ["qcow2-efi"] = "0e8c67fdece40e22040a56d8c72d9c93e197e8f22d1adbd48c86d690ba9492a9",
        ["vhd"] = "eb3b813cf554ffd19a81fa091f21496a16906d9ee9f758d7d241a0ace6b464f7",
        ["vhd-efi"] = "2554cd1f297e2228706075405cfa129f82dae57a6e62d6edf1b50e19c46dae3a",
        ["dynamic-vhd"] = "86399b1088b57acec74bf512f27c17ef6b61d7cf96424532bfd61c31a968a25e",
        ["dynamic-vhd-efi"] = "39ea532a28ea0ee0e3be2f9ecd7c83732c61f3a325ad69faca630c88022c3652",
        ["vmdk"] = "f121b79114ab0e9cd19855ab4aba9e8ef7bac3202f62eb9ff63ca61810c4f9da",
        ["vmdk-efi"] = "000f0f0ccbfa6fa8fab66b81afeb56acbbc6991e2d6f0dcfa944375bae4d6744",
        ["aws"] = "cd1bb7b61a40ee7254a2fbbe75244c3122d63daf439aeb4e02067adbec1e17b9",
        ["aws-efi"] = "f0daed25564617ac4ad1e10119240a627bad53302e13bb5d774b3a0aeaca950f",
    };

    private readonly TemporaryDirectory _directory = new("diskformat");

    /// <summary>QEMU's name of each container; it does not read the one for Google.</summary>
    private static readonly (string Name, string QemuFormat)[] Formats =
    [
        ("raw-bios", "raw"), ("raw-efi", "raw"), ("qcow2-bios", "qcow2"), ("qcow2-efi", "qcow2"), ("vhd", "vpc"), ("vhd-efi", "vpc"), ("dynamic-vhd", "vpc"),
        ("dynamic-vhd-efi", "vpc"), ("vmdk", "vmdk"), ("vmdk-efi", "vmdk"), ("aws", "raw"), ("aws-efi", "raw"),
    ];

    public static TheoryData<string> BiosFormats => ["raw-bios", "qcow2-bios"];

    public static TheoryData<string, string> Containers => [.. Formats];

    public static TheoryData<string> Names => [.. Formats.Select(static format => format.Name)];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_BIOS_disk_has_one_active_FAT_partition_with_the_files_at_the_places_of_the_boot_table()
    {
        var disk = await WriteAsync(Run(), "raw-bios");
        var partition = await SinglePartitionAsync(disk, "dos");
        Assert.Equal((2048, true), ((int)partition["start"]!, (bool)partition["bootable"]!));
        var kernel = Run().Kernel!;
        Assert.Equal(kernel.Kernel.ToArray(), TableExtent(disk, 0));
        Assert.Equal(System.Text.Encoding.ASCII.GetBytes(CommandLine), TableExtent(disk, 2));
        foreach (var (name, index) in ((string, int)[])[("kernel", 0), ("initrd.img", 1), ("cmdline", 2)])
        {
            await AssertFileAsync(name, TableExtent(disk, index));
        }
    }

    [Theory]
    [InlineData(2, "1")]
    [InlineData(20, "e")]
    [InlineData(40, "c")]
    public async Task The_type_of_a_BIOS_partition_is_that_of_the_volume(int mebibytes, string type) =>
        Assert.Equal(type, (string?)(await SinglePartitionAsync(await WriteAsync(Run() with { DiskSize = mebibytes * MiB }, "raw-bios"), "dos"))["type"]);

    [Theory]
    [InlineData("amd64", "BOOTX64.EFI")]
    [InlineData("arm64", "BOOTAA64.EFI")]
    public async Task An_EFI_disk_has_an_EFI_system_partition_with_the_unified_kernel_image(string architecture, string name)
    {
        var disk = await WriteAsync(Run(architecture), "raw-efi");
        var partition = await SinglePartitionAsync(disk, "gpt");
        Assert.Equal("C12A7328-F81F-11D2-BA4B-00A0C93EC93B", (string?)partition["type"]);
        var image = await ReadFileAsync($"EFI/BOOT/{name}");
        using var reader = new System.Reflection.PortableExecutable.PEReader(new MemoryStream(image));
        Assert.Contains(".initrd", reader.PEHeaders.SectionHeaders.Select(static s => s.Name));
    }

    [Theory]
    [MemberData(nameof(Containers))]
    public async Task Every_container_holds_the_same_disk_as_the_raw_format(string name, string format)
    {
        Assert.SkipUnless(DiskTools.QemuImg.IsAvailable, DiskTools.QemuImg.SkipReason);
        var raw = await WriteAsync(Run(), name.EndsWith("efi", StringComparison.Ordinal) ? "raw-efi" : "raw-bios");
        await File.WriteAllBytesAsync(_directory["raw"], raw, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(_directory["image"], await WriteAsync(Run(), name), TestContext.Current.CancellationToken);
        var result = await DiskTools.QemuImg.TryRunAsync(
            ["compare", "-f", "raw", "-F", format, _directory["raw"], _directory["image"]], cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }

    [Theory]
    [InlineData("gcp", "raw-bios", 0, 2)]
    [InlineData("gcp-efi", "raw-efi", 1, 35)]
    [Trait("Speed", "Slow")]
    public async Task The_archive_for_Google_holds_one_disk_of_whole_gibibytes(string name, string same, int fromMebibyte, int toMebibyte)
    {
        var archive = await WriteAsync(Run(), name);
        using var reader = new TarReader(new GZipStream(new MemoryStream(archive), CompressionMode.Decompress));
        var entry = (await reader.GetNextEntryAsync(cancellationToken: TestContext.Current.CancellationToken))!;
        Assert.Equal(("disk.raw", 1L << 30, TarEntryType.RegularFile), (entry.Name, entry.Length, entry.EntryType));
        var start = new byte[toMebibyte * MiB];
        await entry.DataStream!.ReadExactlyAsync(start, TestContext.Current.CancellationToken);
        var raw = await WriteAsync(Run(), same);
        Assert.True(start.AsSpan(fromMebibyte * (int)MiB).SequenceEqual(raw.AsSpan(fromMebibyte * (int)MiB, (toMebibyte - fromMebibyte) * (int)MiB)));
        Assert.Null(await reader.GetNextEntryAsync(cancellationToken: TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Containers))]
    public async Task The_size_that_is_asked_for_is_the_size_of_the_disk(string name, string format)
    {
        Assert.SkipUnless(DiskTools.QemuImg.IsAvailable, DiskTools.QemuImg.SkipReason);
        Assert.Equal(77 * MiB, await VirtualSizeAsync(await WriteAsync(Run() with { DiskSize = 77 * MiB }, name), format));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_size_that_is_too_small_is_an_error_that_says_how_much_is_needed(string name)
    {
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => WriteAsync(Run() with { DiskSize = MiB }, name));
        Assert.Contains("the format needs ", error.Message, StringComparison.Ordinal);
        var needed = long.Parse(error.Message.Split("needs ")[1].Split('.')[0], System.Globalization.CultureInfo.InvariantCulture);
        await WriteAsync(Run() with { DiskSize = needed }, name);
        await Assert.ThrowsAsync<OutputFormatException>(() => WriteAsync(Run() with { DiskSize = needed - MiB }, name));
    }

    [Theory]
    [InlineData("vhd")]
    [InlineData("dynamic-vhd")]
    public async Task Azure_takes_no_disk_below_20_MiB(string name)
    {
        Assert.SkipUnless(DiskTools.QemuImg.IsAvailable, DiskTools.QemuImg.SkipReason);
        Assert.Equal(20 * MiB, await VirtualSizeAsync(await WriteAsync(Run(), name), "vpc"));
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => WriteAsync(Run() with { DiskSize = 19 * MiB }, name));
        Assert.Contains("needs 20971520. ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("raw-efi", "amd64", null)]
    [InlineData("raw-efi", "arm64", null)]
    [InlineData("aws", "arm64", null)]
    [InlineData("aws-efi", "amd64", null)]
    [InlineData("raw-efi", "amd64", 36)]
    [InlineData("raw-efi", "amd64", 37)]
    [InlineData("raw-efi", "amd64", 300)]
    public async Task An_EFI_system_partition_is_FAT32(string name, string architecture, int? mebibytes)
    {
        Assert.SkipUnless(DiskTools.FsckFat.IsAvailable, DiskTools.FsckFat.SkipReason);
        var disk = await WriteAsync(Run(architecture) with { DiskSize = mebibytes * MiB }, name);
        var partition = await SinglePartitionAsync(disk, "gpt");
        var size = (int)partition["size"]! * 512;
        Assert.InRange(size, 34 * MiB, (disk.Length - (2 * MiB)));
        await File.WriteAllBytesAsync(_directory["volume"], disk.AsMemory((int)partition["start"]! * 512, size), TestContext.Current.CancellationToken);
        Assert.Contains(
            "FATs, 32 bit entries",
            await DiskTools.FsckFat.RunAsync(["-n", "-v", _directory["volume"]], cancellationToken: TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Google_takes_no_disk_of_half_a_gibibyte()
    {
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => WriteAsync(Run() with { DiskSize = 1536 * MiB }, "gcp"));
        Assert.Contains("1073741824", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(BiosFormats))]
    public async Task There_is_no_BIOS_on_arm64(string name)
    {
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => WriteAsync(Run("arm64"), name));
        Assert.Contains("there is no BIOS on arm64", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("raw-efi")]
    [InlineData("aws-efi")]
    public async Task Clouds_start_arm64_from_UEFI(string same) =>
        Assert.Equal(await WriteAsync(Run("arm64"), same), await WriteAsync(Run("arm64"), "aws"));

    [Fact]
    public void Each_disk_that_a_BIOS_starts_has_one_in_the_same_container_that_UEFI_starts()
    {
        foreach (var bios in DiskKind.All.Where(static kind => kind.Firmware != DiskFirmware.Efi))
        {
            var (name, suffix) = (bios.Name.Replace("-bios", "", StringComparison.Ordinal), bios.Suffix.Replace("-bios", "", StringComparison.Ordinal));
            Assert.Contains(new DiskKind($"{name}-efi", $"-efi{suffix}", DiskFirmware.Efi, bios.Container), DiskKind.All);
        }
    }

    [Fact]
    public void QEMU_reads_every_container_but_the_one_for_Google() =>
        Assert.Equal(
            DiskKind.All.Select(static kind => kind.Name).Where(static name => !name.StartsWith("gcp", StringComparison.Ordinal)),
            Formats.Select(static format => format.Name));

    [Fact]
    public async Task A_configuration_without_a_kernel_is_refused()
    {
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => WriteAsync(Run() with { Kernel = null }, "raw-bios"));
        Assert.Contains("no kernel", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_artifacts_of_a_small_build_are_pinned()
    {
        var actual = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Names.Select(static row => row.Data))
        {
            actual.Add(name, Convert.ToHexStringLower(SHA256.HashData(await WriteAsync(Run(), name))));
        }

        Assert.True(Golden.SequenceEqual(actual), string.Join(Environment.NewLine, actual.Select(static a => $"[\"{a.Key}\"] = \"{a.Value}\",")));
    }

    private static FormatRun Run(string architecture = "amd64") => new()
    {
        Root = SampleTree.Create(),
        Kernel = new KernelFiles(architecture == "arm64" ? SyntheticKernel.Arm64Image() : SyntheticKernel.BzImage(), CommandLine, null),
        Architecture = architecture,
    };

    private static async Task<byte[]> WriteAsync(FormatRun run, string name)
    {
        var artifacts = await run.WriteAsync(StandardOutputFormats.All.Single(f => f.Name == name), TestContext.Current.CancellationToken);
        return artifacts.Single().Value;
    }

    private async Task<long> VirtualSizeAsync(byte[] image, string format)
    {
        await File.WriteAllBytesAsync(_directory["image"], image, TestContext.Current.CancellationToken);
        string[] arguments = ["info", "--output=json", "-f", format, _directory["image"]];
        return (long)JsonNode.Parse(await DiskTools.QemuImg.RunAsync(arguments, cancellationToken: TestContext.Current.CancellationToken))!["virtual-size"]!;
    }

    /// <summary>What the boot program would read: entry 0 is the kernel, 1 the initrd, 2 the command line.</summary>
    private static byte[] TableExtent(byte[] disk, int index)
    {
        var unit = BinaryPrimitives.ReadUInt32LittleEndian(disk.AsSpan(516 + (8 * index)));
        var length = BinaryPrimitives.ReadUInt32LittleEndian(disk.AsSpan(520 + (8 * index)));
        return disk.AsSpan((int)(unit * 512), (int)length).ToArray();
    }

    private async Task<JsonNode> SinglePartitionAsync(byte[] disk, string label)
    {
        Assert.SkipUnless(DiskTools.Sfdisk.IsAvailable, DiskTools.Sfdisk.SkipReason);
        await File.WriteAllBytesAsync(_directory["disk"], disk, TestContext.Current.CancellationToken);
        var verdict = await DiskTools.Sfdisk.TryRunAsync(["--verify", _directory["disk"]], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains("No errors detected", verdict.Output, StringComparison.Ordinal);
        var table = JsonNode.Parse(await DiskTools.Sfdisk.RunAsync(["--json", _directory["disk"]], cancellationToken: TestContext.Current.CancellationToken))!["partitiontable"]!;
        Assert.Equal(label, (string?)table["label"]);
        return Assert.Single(table["partitions"]!.AsArray())!;
    }

    private async Task AssertFileAsync(string name, byte[] expected) => Assert.Equal(expected, await ReadFileAsync(name));

    private async Task<byte[]> ReadFileAsync(string name)
    {
        Assert.SkipUnless(DiskTools.Mcopy.IsAvailable, DiskTools.Mcopy.SkipReason);
        var target = _directory["file"];
        File.Delete(target);
        await DiskTools.Mcopy.RunAsync(["-n", "-i", $"{_directory["disk"]}@@1M", $"::{name}", target], cancellationToken: TestContext.Current.CancellationToken);
        return await File.ReadAllBytesAsync(target, TestContext.Current.CancellationToken);
    }
}
