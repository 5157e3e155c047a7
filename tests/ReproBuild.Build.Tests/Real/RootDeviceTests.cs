using System.Collections.Immutable;
using System.Security.Cryptography;
using ReproBuild.Build.Tests.Reproducibility;
using ReproBuild.Core.Building;
using ReproBuild.Core.Configuration;
using ReproBuild.Outputs.Erofs;
using ReproBuild.Registry;
using ReproBuild.Testing.Boot;
using ReproBuild.Testing.Images;
using ReproBuild.Testing.Registry;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Real;

/// <summary>A root image beside the kernel boots as the machine's root device. Debian's kernel mounts it from the initramfs that its image brings.</summary>
[Trait("Speed", "Slow")]
public sealed class RootDeviceTests(TestImageRegistry registry) : IClassFixture<TestImageRegistry>, IDisposable
{
    private readonly TemporaryDirectory _directory = new("root-device");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(ErofsCompression.None)]
    [InlineData(ErofsCompression.Lz4)]
    public async Task The_root_image_boots_as_a_disk_and_its_files_are_read(ErofsCompression compression)
    {
        const string Format = "kernel+erofs";
        var corpus = Corpus.Create();
        await File.WriteAllBytesAsync(_directory["corpus"], corpus, Cancellation);
        var machine = new QemuMachine();
        Assert.SkipUnless(TestImageRegistry.SkipReason is null, TestImageRegistry.SkipReason ?? "");
        Assert.SkipUnless(machine.SkipReason is null, machine.SkipReason ?? "");
        var configuration = $"""
            kernel:
              image: {await registry.GetAsync(TestImages.SmallKernel, Cancellation)}
              cmdline: "console=ttyS0 quiet root=/dev/vda rootfstype=erofs"
              ucode: ucode.cpio
            init:
              - {await registry.GetAsync(TestImages.Init, Cancellation)}
              - {await registry.GetAsync(TestImages.Runc, Cancellation)}
            onboot:
              - name: sum
                image: {await registry.GetAsync(TestImages.Busybox, Cancellation)}
                binds: ["/usr/share/corpus:/corpus"]
                command: ["/bin/sh", "-c", "sha256sum < /corpus"]
            files:
              - path: /usr/share/corpus
                source: {_directory["corpus"]}
                mode: "0644"
            """;
        using var images = new RegistryImageSource(new RegistryOptions { CacheDirectory = _directory["cache"] });
        var builder = new ImageBuilder(images, [new KernelErofsFormat(compression), new InitramfsFormat()]);
        var options = new BuildOptions { Name = "machine", MaxParallelism = 2, Formats = [Format, InitramfsFormat.FormatName] };
        await builder.BuildAsync(LinuxKitConfig.Parse(configuration, "machine.yml"), options, new DirectorySink(_directory["out"]), null, Cancellation);

        var console = await (machine with
        {
            Kernel = _directory["out/machine-kernel"],
            Initrd = _directory["out/machine" + InitramfsFormat.Suffix],
            CommandLine = await File.ReadAllTextAsync(_directory["out/machine-cmdline"], Cancellation),
            Drives = [new QemuDisk(_directory["out/machine-erofs.img"])],
        }).BootAsync(TestImages.Marker, Cancellation);

        Assert.Contains("initramfs: root is /dev/vda", console, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(corpus)), console, StringComparison.Ordinal);
    }

    /// <summary>Writes the archive that the kernel's image has in the place of microcode.</summary>
    private sealed class InitramfsFormat : IOutputFormat
    {
        public const string FormatName = "initramfs";
        public const string Suffix = "-initramfs";

        public string Name => FormatName;

        public ImmutableArray<string> ArtifactSuffixes => [Suffix];

        public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
        {
            await using var artifact = await context.CreateArtifactAsync(Suffix, cancellationToken);
            await context.Kernel!.Microcode!.OpenRead().CopyToAsync(artifact, cancellationToken);
        }
    }
}
