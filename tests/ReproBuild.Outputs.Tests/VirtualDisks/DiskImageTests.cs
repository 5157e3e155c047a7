using System.Text.Json.Nodes;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.VirtualDisks;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Outputs.Tests.VirtualDisks;

/// <summary>QEMU reads each container as the raw disk it was made from.</summary>
public sealed class DiskImageTests : IDisposable
{
    private static readonly Guid Id = new("11111111-2222-8333-8444-555555555555");

    private readonly TemporaryDirectory _directory = new("image");

    public static TheoryData<string> Disks => [.. Samples.Keys];

    public static TheoryData<string> DisksOfWholeGrains => [.. Samples.Where(static s => s.Value.Length % VmdkImage.GrainSize == 0).Select(static s => s.Key)];

    private static Dictionary<string, FileContent> Samples => new(StringComparer.Ordinal)
    {
        ["small"] = Noise(1 << 20, 1),
        ["one MiB and a sector"] = Noise((1 << 20) + 512, 2),
        ["empty"] = new FileContentBuilder().AppendZeros(8 << 20).Build(),
        ["data at both ends"] = new FileContentBuilder().Append(Noise(70_000, 3)).PadTo(3L << 30).Append(Noise(65_536, 4)).Build(),
        ["explicit zeros"] = FileContent.FromBytes(new byte[4 << 20]),
    };

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Disks))]
    public async Task Qcow2(string sample)
    {
        var disk = Samples[sample];
        var image = Qcow2Image.Create(disk);
        await CompareAsync(disk, image.WriteToAsync, "qcow2", canCheck: true);
        Assert.InRange(image.Length, 0, (disk.Extents.Sum(static e => e.Length) * 2) + (32L << 20));
    }

    [Theory]
    [MemberData(nameof(Disks))]
    public async Task Fixed_VHD(string sample)
    {
        var disk = Samples[sample];
        await CompareAsync(disk, VhdImage.Create(disk, new VhdOptions { UniqueId = Id }).WriteToAsync, "vpc", canCheck: false);
    }

    [Theory]
    [MemberData(nameof(Disks))]
    public async Task Dynamic_VHD(string sample)
    {
        var disk = Samples[sample];
        await CompareAsync(disk, VhdImage.Create(disk, new VhdOptions { UniqueId = Id, IsDynamic = true }).WriteToAsync, "vpc", canCheck: false);
    }

    [Theory]
    [MemberData(nameof(DisksOfWholeGrains))]
    public async Task Stream_optimized_VMDK(string sample)
    {
        var disk = Samples[sample];
        await CompareAsync(disk, async (path, token) =>
        {
            await using var file = File.Create(path);
            await VmdkImage.WriteAsync(disk, file, new VmdkOptions { ContentId = 0x1234abcd }, token);
        }, "vmdk", canCheck: true);
    }

    [Theory]
    [InlineData((1 << 20) + 512)]
    [InlineData(1)]
    [InlineData(VmdkImage.MaxDiskSize + VmdkImage.GrainSize)]
    public async Task A_VMDK_of_no_whole_grains_or_too_many_is_refused_before_a_byte(long length)
    {
        using var output = new MemoryStream();
        var disk = new FileContentBuilder().AppendZeros(length).Build();
        var error = await Assert.ThrowsAsync<ArgumentException>(() => VmdkImage.WriteAsync(disk, output, new VmdkOptions { ContentId = 1 }, TestContext.Current.CancellationToken));
        Assert.Equal("disk", error.ParamName);
        Assert.Contains("65536", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, output.Length);
    }

    [Fact]
    public async Task An_effort_that_is_not_known_is_refused()
    {
        var options = new VmdkOptions { ContentId = 1, Effort = (CompressionEffort)3 };
        var error = await Assert.ThrowsAsync<InvalidOptionException>(() => VmdkImage.WriteAsync(Noise(65_536, 1), Stream.Null, options, TestContext.Current.CancellationToken));
        Assert.Equal("VmdkOptions.Effort", error.OptionName);
    }

    [Fact]
    public void A_qcow2_image_of_more_than_2_PiB_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Qcow2Image.Create(new FileContentBuilder().AppendZeros(Qcow2Image.MaxDiskSize + 512).Build()));
        Assert.Contains("2251799813685248", error.Message, StringComparison.Ordinal);
        Assert.InRange(Qcow2Image.Create(new FileContentBuilder().AppendZeros(Qcow2Image.MaxDiskSize).Build()).Length, 32L << 20, 33L << 20);
    }

    [Fact]
    public async Task The_number_of_threads_does_not_show_in_a_VMDK()
    {
        var disk = Noise(77 * 65_536, 9);
        var expected = await VmdkAsync(1);
        foreach (var parallelism in (int[])[2, 3, 8])
        {
            Assert.Equal(expected, await VmdkAsync(parallelism));
        }

        async Task<byte[]> VmdkAsync(int parallelism)
        {
            using var output = new MemoryStream();
            await VmdkImage.WriteAsync(disk, output, new VmdkOptions { ContentId = 1, MaxParallelism = parallelism }, TestContext.Current.CancellationToken);
            return output.ToArray();
        }
    }

    [Fact]
    public void A_VHD_holds_the_epoch_and_the_id()
    {
        var image = VhdImage.Create(Noise(1 << 20, 1), new VhdOptions { UniqueId = Id, SourceDateEpoch = 1492533000 }).ToArray();
        var footer = image.AsSpan(image.Length - 512);
        Assert.Equal(1492533000 - 946684800, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(footer[24..]));
        Assert.Equal(Id, new Guid(footer.Slice(68, 16), bigEndian: true));
    }

    private static FileContent Noise(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return FileContent.FromBytes(bytes);
    }

    private async Task CompareAsync(FileContent disk, Func<string, CancellationToken, Task> write, string format, bool canCheck)
    {
        Assert.SkipUnless(DiskTools.QemuImg.IsAvailable, DiskTools.QemuImg.SkipReason);
        var (raw, image) = (_directory["disk.raw"], _directory["disk.image"]);
        await disk.WriteToAsync(raw, TestContext.Current.CancellationToken);
        await write(image, TestContext.Current.CancellationToken);
        var info = JsonNode.Parse(await DiskTools.QemuImg.RunAsync(["info", "--output=json", "-f", format, image], cancellationToken: TestContext.Current.CancellationToken))!;
        var expected = format == "vpc" ? (disk.Length + 1048575) / 1048576 * 1048576 : disk.Length;
        Assert.Equal(expected, (long)info["virtual-size"]!);
        if (canCheck)
        {
            var check = await DiskTools.QemuImg.TryRunAsync(["check", "-f", format, image], cancellationToken: TestContext.Current.CancellationToken);
            Assert.True(check.ExitCode == 0, check.Output + check.Error);
        }

        var comparison = await DiskTools.QemuImg.TryRunAsync(["compare", "-f", "raw", "-F", format, raw, image], cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(comparison.ExitCode == 0, comparison.Output + comparison.Error);
    }
}
