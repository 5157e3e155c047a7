using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot;
using ReproBuild.Outputs.RaspberryPi;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Kernels;
using ReproBuild.Testing.Tools;

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
        Assert.Contains("OutputOptions.RaspberryPiFirmware", error.Message, StringComparison.Ordinal);
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

    [Theory]
    [InlineData(0, 0x100000, 0x200000)]
    [InlineData(0x80000, 0x100000, 0x80000)]
    [InlineData(0, 0, 0x80000)]
    public async Task The_kernel_runs_where_its_header_says(long textOffset, long imageSize, uint address)
    {
        foreach (var isGzip in (bool[])[false, true])
        {
            var kernel = Kernel(textOffset, imageSize, isGzip);
            var header = Read(await WriteAsync(Run() with { Kernel = new KernelFiles(kernel, "", null) }, Firmware()))["kernel.uimg"];
            Assert.Equal((address, address), (BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(16)), BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(20))));
            Assert.Equal(isGzip ? 1 : 0, header[31]);
        }
    }

    [Fact]
    public async Task A_kernel_in_an_EFI_zboot_image_is_taken_out()
    {
        var image = Kernel(0, 0x100000, isGzip: false).ToArray();
        var zboot = ZbootKernel.Create(Gzip(FileContent.FromBytes(image)).ToArray(), "gzip", null);
        var run = Run() with { Kernel = new KernelFiles(FileContent.FromBytes(zboot), "", null) };
        var file = Read(await WriteAsync(run, Firmware()))["kernel.uimg"];
        Assert.Equal((0x200000u, 0), (BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(16)), file[31]));
        Assert.Equal(image, file[64..]);

        var cut = run with { Kernel = new KernelFiles(FileContent.FromBytes(zboot.AsMemory(0, zboot.Length - 2000)), "", null) };
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => WriteAsync(cut, Firmware()));
        Assert.Contains("EFI zboot image that cannot be unpacked: the header", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_limits_of_the_build_hold_for_a_kernel_in_an_EFI_zboot_image()
    {
        var zboot = ZbootKernel.Create(Gzip(SyntheticKernel.Arm64Image()).ToArray(), "gzip", null);
        var run = Run() with { Kernel = new KernelFiles(FileContent.FromBytes(zboot), "", null), Limits = new InputLimits { MaxArchiveSize = 1000 } };
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => WriteAsync(run, Firmware()));
        Assert.Contains("InputLimits.MaxArchiveSize", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_that_U_Boot_loads_overlaps()
    {
        var files = Read(await WriteAsync(Run(), Firmware()));
        var script = Encoding.ASCII.GetString(files["boot.scr"]);
        Assert.Contains("fatload mmc 0:1 0x07f00000 dtb/${fdtfile}\n", script, StringComparison.Ordinal);
        Assert.Contains("fatload mmc 0:1 0x08000000 initrd.uimg\n", script, StringComparison.Ordinal);
        Assert.InRange(files["initrd.uimg"].Length, 1, 1024 * 1024);
        Assert.EndsWith("fatload mmc 0:1 0x08100000 kernel.uimg\nbootm 0x08100000 0x08000000 0x07f00000\n", script, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kernel_that_needs_the_place_of_the_device_tree_is_refused()
    {
        var run = Run() with { Kernel = new KernelFiles(Kernel(0, 125 << 20, isGzip: false), "", null) };
        Assert.Contains("131072000 bytes of memory", (await Assert.ThrowsAsync<OutputFormatException>(() => WriteAsync(run, Firmware()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_the_boards_memory_has_no_room_for_are_refused()
    {
        var content = new FileContentBuilder().Append(Kernel(0, 1 << 20, isGzip: false)).AppendZeros(800L << 20).Build();
        var run = Run() with { Kernel = new KernelFiles(content, "", null) };
        Assert.Contains("more than the 805306368", (await Assert.ThrowsAsync<OutputFormatException>(() => WriteAsync(run, Firmware()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_arm64_kernel_is_refused()
    {
        foreach (var kernel in (FileContent[])[SyntheticKernel.BzImage(), FileContent.Empty, FileContent.FromBytes("short"u8.ToArray()), Gzip(FileContent.FromBytes(new byte[100]))])
        {
            var run = Run() with { Kernel = new KernelFiles(kernel, "", null) };
            Assert.Contains("not an arm64 Image", (await Assert.ThrowsAsync<OutputFormatException>(() => WriteAsync(run, Firmware()))).Message, StringComparison.Ordinal);
        }

        var damaged = Run() with { Kernel = new KernelFiles(FileContent.FromBytes(new byte[] { 0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }), "", null) };
        Assert.Contains("damaged", (await Assert.ThrowsAsync<OutputFormatException>(() => WriteAsync(damaged, Firmware()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_line_that_the_kernel_does_not_take_is_refused()
    {
        await WriteAsync(Run() with { Kernel = new KernelFiles(SyntheticKernel.Arm64Image(), new string('x', 2047), null) }, Firmware());
        var run = Run() with { Kernel = new KernelFiles(SyntheticKernel.Arm64Image(), new string('x', 2048), null) };
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => WriteAsync(run, Firmware()));
        Assert.StartsWith("the kernel command line has 2048 bytes, and the kernel takes at most 2047", error.Message, StringComparison.Ordinal);
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
            Assert.True(digest == "f0404419b59945cb3299fbf7fd734e7c223c76dd99eb79b484a797e0e6571f2d", $"The digest is {digest}.");
        }
    }

    private static FileContent Kernel(long textOffset, long imageSize, bool isGzip)
    {
        var bytes = SyntheticKernel.Arm64Image().ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), textOffset);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), imageSize);
        return isGzip ? Gzip(FileContent.FromBytes(bytes)) : FileContent.FromBytes(bytes);
    }

    private static FileContent Gzip(FileContent content)
    {
        var compressed = new MemoryStream();
        using (var gzip = new DeterministicGzipStream(compressed, leaveOpen: true))
        {
            gzip.Write(content.ToArray());
        }

        return FileContent.FromBytes(compressed.ToArray());
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
        (await run.WriteAsync(new Rpi3Format(firmware), TestContext.Current.CancellationToken)).Single().Value;

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
