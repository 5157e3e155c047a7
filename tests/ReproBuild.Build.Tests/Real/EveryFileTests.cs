using System.Security.Cryptography;
using ReproBuild.Testing.Images;
using ReproBuild.Testing.Registry;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Real;

/// <summary>Every file that LinuxKit's formats have, from real images, by the command line: twice, the same.</summary>
[Trait("Speed", "Slow")]
public sealed class EveryFileTests(TestImageRegistry registry) : RealMachine(registry)
{
    private const string Configuration = "machine.yml";

    private static readonly ExternalTool Dotnet = new("dotnet", "dotnet-sdk-10.0");

    /// <summary>The formats for a PC; those that write a file that another writes get a name of their own.</summary>
    private static readonly string[] PcFormats =
    [
        "tar", "docker", "kernel+initrd", "tar-kernel-initrd", "iso-bios", "iso-efi", "iso-efi-initrd", "raw-bios", "raw-efi", "qcow2-bios", "qcow2-efi",
        "aws", "aws-efi", "gcp", "gcp-efi", "vhd", "vhd-efi", "dynamic-vhd=machine-dynamic", "dynamic-vhd-efi=machine-dynamic", "vmdk", "vmdk-efi",
        "kernel+squashfs", "kernel+erofs", "kernel+iso=machine-root",
    ];

    private static readonly string[] PcFiles =
    [
        "machine-bios.img", "machine-cmdline", "machine-dynamic-efi.vhd", "machine-dynamic.vhd", "machine-efi-initrd.iso", "machine-efi.img",
        "machine-efi.img.tar.gz", "machine-efi.iso", "machine-efi.qcow2", "machine-efi.raw", "machine-efi.vhd", "machine-efi.vmdk", "machine-erofs.img",
        "machine-initrd.img", "machine-initrd.tar", "machine-kernel", "machine-root-cmdline", "machine-root-kernel", "machine-root.iso", "machine-squashfs.img",
        "machine.docker", "machine.img.tar.gz", "machine.iso", "machine.qcow2", "machine.raw", "machine.tar", "machine.vhd",
        "machine.vmdk",
    ];

    [Fact]
    public async Task Every_format_for_a_PC_comes_from_one_build_the_same_with_a_cold_and_a_warm_cache()
    {
        SkipUnlessItCanRun();
        await WriteConfigurationAsync($"""
            kernel:
              image: {await Get(TestImages.SmallKernel)}
              cmdline: "console=ttyS0 quiet"
              ucode: ucode.cpio
            init:
              - {await Get(TestImages.Init)}
              - {await Get(TestImages.Runc)}
            services:
              - name: tools
                image: {await Get(TestImages.DebianTools)}
            """);

        var cold = await BuildAsync("cold", "--format", string.Join(',', PcFormats));
        var warm = await BuildAsync("warm", "--format", string.Join(',', PcFormats));

        Assert.Equal(PcFiles, cold.Keys);
        Assert.Equal(cold, warm);
        Assert.Equal(cold["machine-bios.img"], cold["machine.raw"]);
        Assert.Equal(cold["machine-efi.img"], cold["machine-efi.raw"]);
        Assert.Equal(
            StandardOutputFormats.All.Select(static format => format.Name).Where(static name => name != "rpi3").Order(StringComparer.Ordinal),
            PcFormats.Select(static format => format.Split('=')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_archive_for_a_Raspberry_Pi_comes_from_images_for_arm64()
    {
        SkipUnlessItCanRun();
        await WriteConfigurationAsync($"""
            kernel:
              image: {await Get(TestImages.RaspberryPiKernel)}
            init:
              - {await Get(TestImages.InitArm64)}
            """);
        string[] arguments = ["--format", "rpi3", "--arch", "arm64", "--rpi-firmware-image", await Get(TestImages.RaspberryPiFirmware)];
        var cold = await BuildAsync("cold", arguments);

        Assert.Equal(["machine.tar"], cold.Keys);
        Assert.Equal(cold, await BuildAsync("warm", arguments));
    }

    private Task WriteConfigurationAsync(string text) => File.WriteAllTextAsync(PathOf(Configuration), text, Cancellation);

    /// <returns>The hash of each file, in the order of the names.</returns>
    private async Task<SortedDictionary<string, string>> BuildAsync(string output, params string[] arguments)
    {
        (await Dotnet.TryRunAsync(
            [
                RepositoryProgram.Find("src/ReproBuild.Cli", "reprobuild.dll"), "build", "--cache", PathOf("cache"), "--dir", PathOf(output),
                .. arguments, PathOf(Configuration),
            ],
            cancellationToken: Cancellation)).EnsureSuccess();
        var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(PathOf(output)))
        {
            await using var stream = File.OpenRead(file);
            hashes.Add(Path.GetFileName(file), Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, Cancellation)));
        }

        return hashes;
    }
}
