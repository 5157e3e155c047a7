using System.Security.Cryptography;
using System.Text;
using ReproBuild.Core;
using ReproBuild.Core.Building;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot;
using ReproBuild.Outputs.RaspberryPi;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Kernels;

namespace ReproBuild.Outputs.Tests.RaspberryPi;

public class Rpi3FormatTests
{
    private static readonly string[] FirmwareFiles = ["bootcode.bin", "start.elf", "fixup.dat", "u-boot.bin", "overlays/vc4.dtbo"];

    [Fact]
    public async Task The_archive_holds_what_the_boards_boot_partition_needs()
    {
        var files = Read(await WriteAsync(Run(), Firmware()));
        Assert.Equal(
            [
                "boot.scr", "bootcode.bin", "config.txt", "dtb/broadcom/bcm2837-rpi-3-b.dtb", "fixup.dat", "initrd.uimg", "kernel.uimg", "overlays/vc4.dtbo",
                "start.elf", "u-boot.bin",
            ],
            files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("a device tree", Encoding.ASCII.GetString(files["dtb/broadcom/bcm2837-rpi-3-b.dtb"]));
        Assert.Contains("kernel=u-boot.bin\n", Encoding.ASCII.GetString(files["config.txt"]), StringComparison.Ordinal);
        Assert.Contains("setenv bootargs 'console=ttyS0'\n", Encoding.ASCII.GetString(files["boot.scr"]), StringComparison.Ordinal);
        Assert.Equal(SyntheticKernel.Arm64Image().Length + 64, files["kernel.uimg"].Length);
    }

    [Fact]
    public async Task A_configuration_of_the_firmware_is_kept()
    {
        var firmware = new FileTreeBuilder();
        firmware.AddTree("", Firmware());
        firmware.Add("config.txt", SampleTree.File("mine"u8.ToArray()));
        Assert.Equal("mine", Encoding.ASCII.GetString(Read(await WriteAsync(Run(), firmware.Build()))["config.txt"]));
    }

    [Fact]
    public async Task Without_firmware_the_error_names_the_files()
    {
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => WriteAsync(Run(), null));
        Assert.Contains("bootcode.bin, start.elf, fixup.dat, u-boot.bin", error.Message, StringComparison.Ordinal);
        Assert.Contains("--rpi-firmware", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_device_tree_the_error_says_where_one_is_looked_for()
    {
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => WriteAsync(Run() with { Root = SampleTree.Create() }, Firmware()));
        Assert.Contains("boot/dtb/broadcom/", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_for_arm64_alone()
    {
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => WriteAsync(Run() with { Architecture = "amd64" }, Firmware()));
        Assert.Contains("arm64, not amd64", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quote_in_the_command_line_is_refused()
    {
        var run = Run() with { Kernel = new KernelFiles(SyntheticKernel.Arm64Image(), "a='b'", null) };
        Assert.Contains("single quote", (await Assert.ThrowsAsync<OutputFormatException>(() => WriteAsync(run, Firmware()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_bytes_are_pinned_for_any_number_of_threads()
    {
        foreach (var parallelism in (int[])[1, 4])
        {
            var digest = Convert.ToHexStringLower(SHA256.HashData(await WriteAsync(Run() with { MaxParallelism = parallelism }, Firmware())));
            Assert.True(digest == "47d625036891b2850c237c73677cc4447d689e3154e8a692775a0f1079558c0c", $"The digest is {digest}.");
        }
    }

    private static FormatRun Run()
    {
        var root = new FileTreeBuilder();
        root.AddTree("", SampleTree.Create());
        root.Add("boot/dtb/broadcom/bcm2837-rpi-3-b.dtb", SampleTree.File("a device tree"u8.ToArray()), implicitParent: SampleTree.Directory());
        root.Add("boot/dtb/broadcom/bcm2711-rpi-4-b.dtb", SampleTree.File("another board's"u8.ToArray()));
        return new FormatRun
        {
            Root = root.Build(),
            Kernel = new KernelFiles(SyntheticKernel.Arm64Image(), "console=ttyS0", null),
            Architecture = "arm64",
        };
    }

    private static FileTree Firmware()
    {
        var tree = new FileTreeBuilder();
        foreach (var name in FirmwareFiles)
        {
            tree.Add(name, SampleTree.File(Encoding.ASCII.GetBytes(name)), implicitParent: SampleTree.Directory());
        }

        return tree.Build();
    }

    private static async Task<byte[]> WriteAsync(FormatRun run, FileTree? firmware) =>
        (await run.WriteAsync(new Rpi3Format(new BootOptions { RaspberryPiFirmware = firmware }), TestContext.Current.CancellationToken)).Single().Value;

    private static Dictionary<string, byte[]> Read(byte[] tar)
    {
        using var reader = new System.Formats.Tar.TarReader(new MemoryStream(tar));
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            if (entry.EntryType == System.Formats.Tar.TarEntryType.RegularFile)
            {
                using var content = new MemoryStream();
                entry.DataStream?.CopyTo(content);
                files.Add(entry.Name, content.ToArray());
            }
        }

        return files;
    }
}
