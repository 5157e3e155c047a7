using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.Boot;
using ReproBuild.Testing.Images;
using ReproBuild.Testing.Registry;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Real;

/// <summary>Every bootable disk boots to userspace, from its own boot program on.</summary>
[Trait("Speed", "Slow")]
public sealed class DiskBootTests(TestImageRegistry registry) : RealMachine(registry)
{
    private static readonly ExternalTool Tar = new("tar", "tar");

    [Theory]
    [InlineData("raw-bios", "-bios.img", "raw", QemuFirmware.Bios)]
    [InlineData("raw-efi", "-efi.img", "raw", QemuFirmware.Efi)]
    [InlineData("qcow2-bios", ".qcow2", "qcow2", QemuFirmware.Bios)]
    [InlineData("qcow2-efi", "-efi.qcow2", "qcow2", QemuFirmware.Efi)]
    [InlineData("vhd", ".vhd", "vpc", QemuFirmware.Bios)]
    [InlineData("vhd-efi", "-efi.vhd", "vpc", QemuFirmware.Efi)]
    [InlineData("dynamic-vhd", ".vhd", "vpc", QemuFirmware.Bios)]
    [InlineData("dynamic-vhd-efi", "-efi.vhd", "vpc", QemuFirmware.Efi)]
    [InlineData("vmdk", ".vmdk", "vmdk", QemuFirmware.Bios)]
    [InlineData("vmdk-efi", "-efi.vmdk", "vmdk", QemuFirmware.Efi)]
    [InlineData("aws", ".raw", "raw", QemuFirmware.Bios)]
    [InlineData("aws-efi", "-efi.raw", "raw", QemuFirmware.Efi)]
    public async Task The_disk_boots(string format, string suffix, string qemuFormat, QemuFirmware firmware)
    {
        var machine = new QemuMachine { Firmware = firmware, Disk = new QemuDisk(PathOf($"machine{suffix}"), qemuFormat) };
        SkipUnlessItCanRun(machine);
        await BuildAsync(format, "amd64", TestImages.SmallKernel, TestImages.Init, Amd64CommandLine);
        await machine.BootAsync(TestImages.Marker, Cancellation);
    }

    [Theory]
    [InlineData("gcp", ".img.tar.gz", QemuFirmware.Bios)]
    [InlineData("gcp-efi", "-efi.img.tar.gz", QemuFirmware.Efi)]
    public async Task The_disk_for_Google_boots_once_it_is_unpacked(string format, string suffix, QemuFirmware firmware)
    {
        var machine = new QemuMachine { Firmware = firmware, Disk = new QemuDisk(PathOf("disk.raw")) };
        SkipUnlessItCanRun(machine);
        await BuildAsync(format, "amd64", TestImages.SmallKernel, TestImages.Init, Amd64CommandLine);
        await Tar.RunAsync(["-xzf", PathOf($"machine{suffix}"), "-C", PathOf("")], cancellationToken: Cancellation);
        await machine.BootAsync(TestImages.Marker, Cancellation);
    }

    [Fact]
    public async Task An_arm64_disk_boots_from_UEFI()
    {
        var machine = new QemuMachine { Architecture = "arm64", Firmware = QemuFirmware.Efi, Disk = new QemuDisk(PathOf("machine-efi.img")) };
        SkipUnlessItCanRun(machine);
        await BuildAsync("raw-efi", "arm64", TestImages.SmallKernelArm64, TestImages.InitArm64, "console=ttyAMA0 quiet");
        await machine.BootAsync(TestImages.Marker, Cancellation);
    }

    [Fact]
    public async Task A_BIOS_disk_boots_from_IDE_with_a_command_line_as_long_as_the_kernel_takes()
    {
        var machine = new QemuMachine { Disk = new QemuDisk(PathOf("machine-bios.img"), "raw", QemuBus.Ide) };
        SkipUnlessItCanRun(machine);
        var commandLine = $"{Amd64CommandLine} ".PadRight(2047, 'x');
        await BuildAsync("raw-bios", "amd64", TestImages.SmallKernel, TestImages.Init, commandLine);
        await machine.BootAsync(TestImages.Marker, Cancellation);
    }

    [Theory]
    [InlineData(QemuBus.Virtio)]
    [InlineData(QemuBus.Ide)]
    public async Task A_disk_that_reads_badly_once_boots(QemuBus bus)
    {
        // Three megabytes into the partition, whose first file is the kernel of seven.
        var disk = new QemuDisk(PathOf("machine-bios.img"), Bus: bus) { IsBadOnce = true };
        var machine = new QemuMachine { Disk = disk };
        SkipUnlessItCanRun(machine);
        await BuildAsync("raw-bios", "amd64", TestImages.SmallKernel, TestImages.Init, Amd64CommandLine);
        await (machine with { Disk = disk with { BadSector = 8000 } }).BootAsync(TestImages.Marker, Cancellation);
    }

    [Fact]
    public async Task A_disk_boots_through_systemds_stub()
    {
        const string Stub = "/usr/lib/systemd/boot/efi/linuxx64.efi.stub";
        Assert.SkipUnless(File.Exists(Stub), "systemd's stub is not installed (Debian package systemd-boot-efi; ./test installs it).");
        var machine = new QemuMachine { Firmware = QemuFirmware.Efi, Disk = new QemuDisk(PathOf("machine-efi.img")) };
        SkipUnlessItCanRun(machine);
        using var stub = new FileBlob(Stub);
        var boot = new OutputOptions { UefiStub = new FileContent(stub, 0, stub.Length) };
        await BuildAsync("raw-efi", "amd64", TestImages.SmallKernel, TestImages.Init, Amd64CommandLine, boot);
        await machine.BootAsync(TestImages.Marker, Cancellation);
    }

    private async Task BuildAsync(string format, string architecture, string kernel, string init, string commandLine, OutputOptions? boot = null)
    {
        var configuration = $"""
            kernel:
              image: {await Get(kernel)}
              cmdline: "{commandLine}"
            init:
              - {await Get(init)}
            """;
        await BuildAsync(configuration, new BuildOptions { Architecture = architecture, Formats = [format] }, StandardOutputFormats.Create(boot ?? new OutputOptions()));
    }
}
