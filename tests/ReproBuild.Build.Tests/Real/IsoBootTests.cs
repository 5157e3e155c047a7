using ReproBuild.Testing.Boot;
using ReproBuild.Testing.Images;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Build.Tests.Real;

/// <summary>Every bootable ISO 9660 volume boots to userspace from a CD and from a disk.</summary>
/// <remarks>The root is the volume itself, which the initramfs of the test images mounts: Debian's kernels have its drivers as modules.</remarks>
[Trait("Speed", "Slow")]
public sealed class IsoBootTests(TestImageRegistry registry) : RealMachine(registry)
{
    [Theory]
    [InlineData("iso-bios", ".iso", QemuFirmware.Bios)]
    [InlineData("iso-efi", "-efi.iso", QemuFirmware.Efi)]
    [InlineData("iso-efi", "-efi.iso", QemuFirmware.Bios)]
    [InlineData("iso-efi-initrd", "-efi-initrd.iso", QemuFirmware.Efi)]
    [InlineData("iso-efi-initrd", "-efi-initrd.iso", QemuFirmware.Bios)]
    public async Task The_volume_boots_as_a_CD(string format, string suffix, QemuFirmware firmware)
    {
        var machine = new QemuMachine { Firmware = firmware, CdRom = PathOf($"machine{suffix}") };
        SkipUnlessItCanRun(machine);
        await BuildAsync(format, "amd64", Amd64CommandLine);
        await BootAsync(machine, format == "iso-efi-initrd" ? null : "/dev/sr0");
    }

    [Theory]
    [InlineData("iso-bios", ".iso", QemuFirmware.Bios)]
    [InlineData("iso-efi", "-efi.iso", QemuFirmware.Efi)]
    [InlineData("iso-efi", "-efi.iso", QemuFirmware.Bios)]
    [InlineData("iso-efi-initrd", "-efi-initrd.iso", QemuFirmware.Efi)]
    [InlineData("iso-efi-initrd", "-efi-initrd.iso", QemuFirmware.Bios)]
    public async Task The_volume_boots_as_a_disk(string format, string suffix, QemuFirmware firmware)
    {
        var machine = new QemuMachine { Firmware = firmware, Disk = new QemuDisk(PathOf($"machine{suffix}")) };
        SkipUnlessItCanRun(machine);
        await BuildAsync(format, "amd64", $"{Amd64CommandLine} root=/dev/vda");
        await BootAsync(machine, format == "iso-efi-initrd" ? null : "/dev/vda");
    }

    [Fact]
    public async Task An_arm64_volume_boots_from_UEFI()
    {
        var machine = new QemuMachine { Architecture = "arm64", Firmware = QemuFirmware.Efi, Disk = new QemuDisk(PathOf("machine-efi.iso")) };
        SkipUnlessItCanRun(machine);
        await BuildAsync("iso-efi", "arm64", "console=ttyAMA0 quiet root=/dev/vda");
        await BootAsync(machine, "/dev/vda");
    }

    /// <summary>The kernel's own reader: modes, owners, times, links, devices, contents, deep directories.</summary>
    [Fact]
    public async Task Linux_reads_everything_that_Rock_Ridge_says()
    {
        var machine = new QemuMachine { CdRom = PathOf("machine-sample.iso") };
        SkipUnlessItCanRun(machine);
        var format = new SampleIsoFormat();
        await BuildAsync(format.Name, "amd64", $"{Amd64CommandLine} init=/check", format);
        var console = (await machine.BootAsync(TestImages.Marker, Cancellation)).Split('\n').ToHashSet(StringComparer.Ordinal);
        Assert.All(SampleIsoFormat.ExpectedLines(), line => Assert.Contains(line, console));
    }

    /// <param name="machine">The machine.</param>
    /// <param name="root">The device that the root is on; null when it is in memory.</param>
    private static async Task BootAsync(QemuMachine machine, string? root)
    {
        var console = await machine.BootAsync(TestImages.Marker, Cancellation);
        Assert.Equal(root is not null, console.Contains($"initramfs: root is {root}\n", StringComparison.Ordinal));
    }

    private async Task BuildAsync(string format, string architecture, string commandLine, params IOutputFormat[] more)
    {
        var (kernel, init) = architecture == "arm64" ? (TestImages.SmallKernelArm64, TestImages.InitArm64) : (TestImages.SmallKernel, TestImages.Init);
        var configuration = $"""
            kernel:
              image: {await Get(kernel)}
              cmdline: "{commandLine}"
              {(format == "iso-efi-initrd" ? "" : "ucode: ucode.cpio")}
            init:
              - {await Get(init)}
            """;
        await BuildAsync(configuration, new BuildOptions { Architecture = architecture, Formats = [format] }, [.. StandardOutputFormats.All, .. more]);
    }
}
