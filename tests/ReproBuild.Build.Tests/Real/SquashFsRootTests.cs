using ReproBuild.Core.Building;
using ReproBuild.Core.Configuration;
using ReproBuild.Outputs;
using ReproBuild.Registry;
using ReproBuild.Testing.Boot;
using ReproBuild.Testing.Images;
using ReproBuild.Testing.Registry;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Real;

/// <summary>A machine whose root is the SquashFS image, on a disk; Debian's kernels need an initramfs that has the drivers.</summary>
[Trait("Speed", "Slow")]
public sealed class SquashFsRootTests(TestImageRegistry registry) : IClassFixture<TestImageRegistry>, IDisposable
{
    private readonly TemporaryDirectory _directory = new("squashfs-root");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_image_boots_as_the_root_device_and_runs_containers()
    {
        var machine = new QemuMachine();
        Assert.SkipUnless(TestImageRegistry.SkipReason is null, TestImageRegistry.SkipReason ?? "");
        Assert.SkipUnless(machine.SkipReason is null, machine.SkipReason ?? "");
        var configuration = $$"""
            kernel:
              image: {{await Get(TestImages.SmallKernel)}}
              cmdline: "console=ttyS0 quiet root=/dev/vda rootfstype=squashfs"
              ucode: ucode.cpio
            init:
              - {{await Get(TestImages.Init)}}
              - {{await Get(TestImages.Runc)}}
            onboot:
              - name: first
                image: {{await Get(TestImages.Busybox)}}
                command: ["/bin/sh", "-c", "echo CONTAINER-$((6*7))"]
            """;
        await BuildAsync(configuration);

        var console = await (machine with
        {
            Kernel = _directory["machine-kernel"],
            Initrd = await ReadInitramfsAsync(),
            CommandLine = await File.ReadAllTextAsync(_directory["machine-cmdline"], Cancellation),
            Drives = [new QemuDisk(_directory["machine-squashfs.img"])],
        }).BootAsync(TestImages.Marker, Cancellation);

        Assert.Contains("initramfs: root is /dev/vda", console, StringComparison.Ordinal);
        Assert.Contains("CONTAINER-42", console, StringComparison.Ordinal);
    }

    private Task<string> Get(string tag) => registry.GetAsync(tag, Cancellation);

    private async Task BuildAsync(string configuration)
    {
        using var images = new RegistryImageSource(new RegistryOptions { CacheDirectory = _directory["cache"] });
        var options = new BuildOptions { Name = "machine", Formats = ["kernel+squashfs"], MaxParallelism = 2 };
        await new ImageBuilder(images, StandardOutputFormats.All).BuildAsync(
            LinuxKitConfig.Parse(configuration, "machine.yml"), options, new DirectorySink(_directory.FullName), null, Cancellation);
    }

    /// <summary>The kernel image holds it in the place of microcode.</summary>
    private async Task<string> ReadInitramfsAsync()
    {
        var umoci = new ExternalTool("umoci", "umoci");
        Assert.SkipUnless(umoci.IsAvailable, umoci.SkipReason);
        await umoci.RunAsync(["raw", "unpack", "--rootless", "--image", $"{TestImages.Layout}:{TestImages.SmallKernel}", _directory["kernel-image"]], cancellationToken: Cancellation);
        return _directory["kernel-image/ucode.cpio"];
    }
}
