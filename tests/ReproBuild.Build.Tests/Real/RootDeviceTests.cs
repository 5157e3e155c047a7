using System.Security.Cryptography;
using ReproBuild.Build.Tests.Reproducibility;
using ReproBuild.Outputs.Erofs;
using ReproBuild.Outputs.SquashFs;
using ReproBuild.Testing.Boot;
using ReproBuild.Testing.Images;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Build.Tests.Real;

/// <summary>A root image beside the kernel boots as the machine's root device and runs a container. Debian's kernel mounts it from the initramfs that its image brings.</summary>
[Trait("Speed", "Slow")]
public sealed class RootDeviceTests(TestImageRegistry registry) : RealMachine(registry)
{
    private static readonly Dictionary<string, (IOutputFormat Format, string Suffix)> RootFormats = new(StringComparer.Ordinal)
    {
        ["squashfs, gzip"] = (Format("kernel+squashfs", new OutputOptions()), "-squashfs.img"),
        ["squashfs, zstd"] = (Format("kernel+squashfs", new OutputOptions { SquashFsCompression = SquashFsCompression.Zstd }), "-squashfs.img"),
        ["squashfs, lz4"] = (Format("kernel+squashfs", new OutputOptions { SquashFsCompression = SquashFsCompression.Lz4 }), "-squashfs.img"),
        ["erofs"] = (Format("kernel+erofs", new OutputOptions()), "-erofs.img"),
        ["erofs, lz4"] = (Format("kernel+erofs", new OutputOptions { ErofsCompression = ErofsCompression.Lz4 }), "-erofs.img"),
        ["iso9660"] = (Format("kernel+iso", new OutputOptions()), ".iso"),
    };

    public static TheoryData<string> Roots => [.. RootFormats.Keys];

    [Theory]
    [MemberData(nameof(Roots))]
    public async Task The_root_image_boots_as_a_disk_and_its_files_are_read(string root)
    {
        var machine = new QemuMachine();
        SkipUnlessItCanRun(machine);
        var corpus = Corpus.Create();
        await File.WriteAllBytesAsync(PathOf("corpus"), corpus, Cancellation);
        var (format, suffix) = RootFormats[root];
        await BuildAsync(
            await ConfigurationAsync(fileSystem: root.Split(',')[0]),
            new BuildOptions { MaxParallelism = 2, Formats = [format.Name, InitramfsFormat.FormatName] },
            [format, new InitramfsFormat()]);

        var console = await (machine with
        {
            Kernel = PathOf("machine-kernel"),
            Initrd = PathOf(Name + InitramfsFormat.Suffix),
            CommandLine = await ReadAsync("machine-cmdline"),
            Drives = [new QemuDisk(PathOf(Name + suffix))],
        }).BootAsync(TestImages.Marker, Cancellation);

        Assert.Contains("initramfs: root is /dev/vda", console, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(corpus)), console, StringComparison.Ordinal);
    }

    private static IOutputFormat Format(string name, OutputOptions options) =>
        StandardOutputFormats.Create(options).Single(f => f.Name == name);

    private async Task<string> ConfigurationAsync(string fileSystem) => $"""
        kernel:
          image: {await Get(TestImages.SmallKernel)}
          cmdline: "{Amd64CommandLine} root=/dev/vda rootfstype={fileSystem}"
          ucode: ucode.cpio
        init:
          - {await Get(TestImages.Init)}
          - {await Get(TestImages.Runc)}
        onboot:
          - name: sum
            image: {await Get(TestImages.Busybox)}
            binds: ["/usr/share/corpus:/corpus"]
            command: ["/bin/sh", "-c", "sha256sum < /corpus"]
        files:
          - path: /usr/share/corpus
            source: {PathOf("corpus")}
            mode: "0644"
        """;
}
