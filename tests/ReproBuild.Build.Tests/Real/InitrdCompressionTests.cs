using ReproBuild.Outputs.Initrd;
using ReproBuild.Testing.Boot;
using ReproBuild.Testing.Images;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Build.Tests.Real;

/// <summary>
/// Debian's kernel unpacks an initrd of each compression; gzip is that of all other tests. LZ4, whose frame ends where the boot loader says that the
/// initrd ends, is read from a disk by ReproBuild's own loader.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class InitrdCompressionTests(TestImageRegistry registry) : RealMachine(registry)
{
    [Theory]
    [InlineData(InitrdCompression.Zstd, "kernel+initrd")]
    [InlineData(InitrdCompression.None, "kernel+initrd")]
    [InlineData(InitrdCompression.Lz4, "raw-bios")]
    public async Task An_initrd_boots(InitrdCompression compression, string format)
    {
        var machine = new QemuMachine();
        SkipUnlessItCanRun(machine);
        var configuration = $"""
            kernel:
              image: {await Get(TestImages.SmallKernel)}
              cmdline: "{Amd64CommandLine}"
            init:
              - {await Get(TestImages.Init)}
            """;
        await BuildAsync(
            configuration, new BuildOptions { Formats = [format] }, StandardOutputFormats.Create(new OutputOptions { InitrdCompression = compression }));

        machine = format == "raw-bios"
            ? machine with { Disk = new QemuDisk(PathOf("machine-bios.img")) }
            : machine with { Kernel = PathOf("machine-kernel"), Initrd = PathOf("machine-initrd.img"), CommandLine = await ReadAsync("machine-cmdline") };
        await machine.BootAsync(TestImages.Marker, Cancellation);
    }
}
