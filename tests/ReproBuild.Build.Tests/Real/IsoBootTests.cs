using ReproBuild.Core.Building;
using ReproBuild.Core.Configuration;
using ReproBuild.Outputs;
using ReproBuild.Registry;
using ReproBuild.Testing.Boot;
using ReproBuild.Testing.Images;
using ReproBuild.Testing.Registry;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Real;

/// <summary>Every ISO 9660 volume boots to userspace, the bootable ones from a CD and from a disk.</summary>
/// <remarks>The root is the volume itself, which the initramfs of the test images mounts: Debian's kernels have its drivers as modules.</remarks>
[Trait("Speed", "Slow")]
public sealed class IsoBootTests(TestImageRegistry registry) : IClassFixture<TestImageRegistry>, IDisposable
{
    private static readonly ExternalTool _tar = new("tar", "tar");

    private readonly TemporaryDirectory _directory = new("isoboot");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("iso-bios", ".iso", QemuFirmware.Bios)]
    [InlineData("iso-efi", "-efi.iso", QemuFirmware.Efi)]
    [InlineData("iso-efi", "-efi.iso", QemuFirmware.Bios)]
    [InlineData("iso-efi-initrd", "-efi-initrd.iso", QemuFirmware.Efi)]
    [InlineData("iso-efi-initrd", "-efi-initrd.iso", QemuFirmware.Bios)]
    public async Task The_volume_boots_as_a_CD(string format, string suffix, QemuFirmware firmware)
    {
        var machine = new QemuMachine { Firmware = firmware, CdRom = _directory[$"machine{suffix}"] };
        SkipUnlessItCanRun(machine);
        await BuildAsync(format, "amd64", "console=ttyS0 quiet");
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
        var machine = new QemuMachine { Firmware = firmware, Disk = new QemuDisk(_directory[$"machine{suffix}"]) };
        SkipUnlessItCanRun(machine);
        await BuildAsync(format, "amd64", "console=ttyS0 quiet root=/dev/vda");
        await BootAsync(machine, format == "iso-efi-initrd" ? null : "/dev/vda");
    }

    [Fact]
    public async Task An_arm64_volume_boots_from_UEFI()
    {
        var machine = new QemuMachine { Architecture = "arm64", Firmware = QemuFirmware.Efi, Disk = new QemuDisk(_directory["machine-efi.iso"]) };
        SkipUnlessItCanRun(machine);
        await BuildAsync("iso-efi", "arm64", "console=ttyAMA0 quiet root=/dev/vda");
        await BootAsync(machine, "/dev/vda");
    }

    [Fact]
    public async Task The_volume_beside_a_kernel_is_its_root()
    {
        var machine = new QemuMachine { Kernel = _directory["machine-kernel"], Initrd = _directory["ucode.cpio"], Drives = [new QemuDisk(_directory["machine.iso"])] };
        SkipUnlessItCanRun(machine);
        await BuildAsync("kernel+iso", "amd64", "console=ttyS0 quiet root=/dev/vda");
        await BuildAsync("tar-kernel-initrd", "amd64", "console=ttyS0 quiet root=/dev/vda");
        await _tar.RunAsync(["-xf", _directory["machine-initrd.tar"], "-C", _directory.FullName, "ucode.cpio"], cancellationToken: Cancellation);
        var console = await (machine with { CommandLine = await File.ReadAllTextAsync(_directory["machine-cmdline"], Cancellation) }).BootAsync(TestImages.Marker, Cancellation);
        Assert.Contains("initramfs: root is /dev/vda", console, StringComparison.Ordinal);
    }

    /// <summary>The kernel's own reader: modes, owners, times, links, devices, contents, deep directories.</summary>
    [Fact]
    public async Task Linux_reads_everything_that_Rock_Ridge_says()
    {
        var machine = new QemuMachine { CdRom = _directory["machine-sample.iso"] };
        SkipUnlessItCanRun(machine);
        var format = new SampleIsoFormat();
        await BuildAsync(format.Name, "amd64", "console=ttyS0 quiet init=/check", format);
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

    private static void SkipUnlessItCanRun(QemuMachine machine)
    {
        Assert.SkipUnless(TestImageRegistry.SkipReason is null, TestImageRegistry.SkipReason ?? "");
        Assert.SkipUnless(machine.SkipReason is null, machine.SkipReason ?? "");
    }

    private async Task BuildAsync(string format, string architecture, string commandLine, params IOutputFormat[] more)
    {
        var (kernel, init) = architecture == "arm64" ? (TestImages.SmallKernelArm64, TestImages.InitArm64) : (TestImages.SmallKernel, TestImages.Init);
        var configuration = $"""
            kernel:
              image: {await registry.GetAsync(kernel, Cancellation)}
              cmdline: "{commandLine}"
              {(format == "iso-efi-initrd" ? "" : "ucode: ucode.cpio")}
            init:
              - {await registry.GetAsync(init, Cancellation)}
            """;
        using var images = new RegistryImageSource(new RegistryOptions { CacheDirectory = _directory["cache"] });
        var options = new BuildOptions { Name = "machine", Architecture = architecture, Formats = [format] };
        await new ImageBuilder(images, [.. StandardOutputFormats.All, .. more]).BuildAsync(
            LinuxKitConfig.Parse(configuration, "machine.yml"), options, new DirectorySink(_directory.FullName), null, Cancellation);
    }
}
