using ReproBuild.Core.Building;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Images;
using ReproBuild.Core.Layers;
using ReproBuild.Outputs;
using ReproBuild.Outputs.Boot;
using ReproBuild.Outputs.Fat;
using ReproBuild.Outputs.Partitioning;
using ReproBuild.Registry;
using ReproBuild.Testing.Boot;
using ReproBuild.Testing.Images;
using ReproBuild.Testing.Registry;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Real;

/// <summary>An SD card with the files of <c>rpi3</c> boots an emulated Raspberry Pi 3: Debian's U-Boot runs the boot script, which starts Debian's kernel.</summary>
[Trait("Speed", "Slow")]
public sealed class RaspberryPiBootTests(TestImageRegistry registry) : IClassFixture<TestImageRegistry>, IDisposable
{
    private const long CardSize = 64 * 1024 * 1024;

    private readonly TemporaryDirectory _directory = new("rpi");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_card_boots()
    {
        var machine = new QemuMachine
        {
            Architecture = "arm64",
            Board = QemuBoard.RaspberryPi3,
            Kernel = _directory["u-boot.bin"],
            Drives = [new QemuDisk(_directory["card.img"], Bus: QemuBus.SdCard)],
        };
        Assert.SkipUnless(TestImageRegistry.SkipReason is null, TestImageRegistry.SkipReason ?? "");
        Assert.SkipUnless(machine.SkipReason is null, machine.SkipReason ?? "");

        await BuildAsync();
        await MakeCardAsync();
        await machine.BootAsync(TestImages.Marker, Cancellation);
    }

    private async Task BuildAsync()
    {
        var config = LinuxKitConfig.Parse(
            $"""
            kernel:
              image: {await registry.GetAsync(TestImages.RaspberryPiKernel, Cancellation)}
              cmdline: "console=ttyAMA0 quiet"
            init:
              - {await registry.GetAsync(TestImages.InitArm64, Cancellation)}
            """,
            "machine.yml");
        using var images = new RegistryImageSource(new RegistryOptions { CacheDirectory = _directory["cache"] });
        var firmware = await images.GetFileTreeAsync(
            ImageReference.Parse(await registry.GetAsync(TestImages.RaspberryPiFirmware, Cancellation)), Platform.Linux("arm64"), null, Cancellation);
        await firmware.Find("u-boot.bin")!.Inode.Content.WriteToAsync(_directory["u-boot.bin"], Cancellation);
        await new ImageBuilder(images, StandardOutputFormats.Create(new BootOptions { RaspberryPiFirmware = firmware })).BuildAsync(
            config, new BuildOptions { Name = "machine", Formats = ["rpi3"], Architecture = "arm64" }, new DirectorySink(_directory.FullName), null, Cancellation);
    }

    /// <summary>Extracts the archive onto the first partition of a card.</summary>
    private async Task MakeCardAsync()
    {
        using var archive = new FileBlob(_directory["machine.tar"]);
        var index = await LayerIndex.ReadAsync(new FileContent(archive, 0, archive.Length).OpenRead(), Core.InputLimits.Default, Cancellation);
        var files = LayerApplier.Apply([new Layer(Digest.OfSha256(default), archive, index)], Core.InputLimits.Default);
        var volume = FatVolume.Create(files, new FatOptions { SerialNumber = 1, Size = CardSize - MbrDisk.FirstPartitionOffset });
        var card = MbrDisk.Create(
            [new MbrPartition(MbrPartitionTypes.Fat16Lba, volume.Content, IsActive: true)], new MbrDiskOptions { DiskSignature = 1, Size = CardSize });
        await card.WriteToAsync(_directory["card.img"], Cancellation);
    }
}
