using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;
using ReproBuild.Outputs.Fat;
using ReproBuild.Outputs.Partitioning;
using ReproBuild.Testing.Boot;
using ReproBuild.Testing.Images;
using ReproBuild.Testing.Registry;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Real;

/// <summary>An SD card with the files of <c>rpi3</c> boots an emulated Raspberry Pi 3: Debian's U-Boot runs the boot script, which starts Debian's kernel.</summary>
[Trait("Speed", "Slow")]
public sealed class RaspberryPiBootTests(TestImageRegistry registry) : RealMachine(registry)
{
    private const long CardSize = 64 * 1024 * 1024;

    [Fact]
    public async Task The_card_boots()
    {
        var machine = new QemuMachine
        {
            Architecture = "arm64",
            Board = QemuBoard.RaspberryPi3,
            Kernel = PathOf("u-boot.bin"),
            Drives = [new QemuDisk(PathOf("card.img"), Bus: QemuBus.SdCard)],
        };
        SkipUnlessItCanRun(machine);

        await BuildAsync();
        await MakeCardAsync();
        await machine.BootAsync(TestImages.Marker, Cancellation);
    }

    private async Task BuildAsync()
    {
        using var images = OpenImages();
        var firmware = await images.GetFileTreeAsync(ImageReference.Parse(await Get(TestImages.RaspberryPiFirmware)), Platform.Linux("arm64"), null, Cancellation);
        await firmware.Find("u-boot.bin")!.Inode.Content.WriteToAsync(PathOf("u-boot.bin"), Cancellation);
        await BuildAsync(
            $"""
            kernel:
              image: {await Get(TestImages.RaspberryPiKernel)}
              cmdline: "console=ttyAMA0 quiet"
            init:
              - {await Get(TestImages.InitArm64)}
            """,
            new BuildOptions { Formats = ["rpi3"], Architecture = "arm64" },
            StandardOutputFormats.Create(new OutputOptions { RaspberryPiFirmware = firmware }));
    }

    /// <summary>Extracts the archive onto the first partition of a card.</summary>
    private async Task MakeCardAsync()
    {
        using var archive = new FileBlob(PathOf("machine.tar"));
        var index = await LayerIndex.FromTarAsync(new FileContent(archive, 0, archive.Length).OpenRead(), InputLimits.Default, Cancellation);
        var files = LayerApplier.Apply([new Layer(Digest.OfSha256(default), archive, index)], InputLimits.Default);
        var volume = await FatImage.CreateAsync(files, new FatOptions { SerialNumber = 1, Size = CardSize - (1 << 20) }, cancellationToken: Cancellation);
        var card = await MbrImage.CreateAsync(
            [new MbrPartition(0x0e, volume, isActive: true)], new MbrOptions { DiskSignature = 1, Size = CardSize }, cancellationToken: Cancellation);
        await card.SaveAsync(PathOf("card.img"), Cancellation);
    }
}
