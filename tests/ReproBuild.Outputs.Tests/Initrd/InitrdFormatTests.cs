using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Initrd;
using ReproBuild.Testing.Formats;

namespace ReproBuild.Outputs.Tests.Initrd;

public sealed class InitrdFormatTests
{
    private static readonly byte[] Microcode = Encoding.ASCII.GetBytes("070701 microcode of 27 bytes");

    [Fact]
    public async Task The_kernel_and_the_command_line_are_files_without_change()
    {
        var artifacts = await Run().WriteAsync(new KernelInitrdFormat());

        Assert.Equal(["-cmdline", "-initrd.img", "-kernel"], artifacts.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("the kernel", Encoding.ASCII.GetString(artifacts["-kernel"]));
        Assert.Equal("console=ttyS0 quiet", Encoding.ASCII.GetString(artifacts["-cmdline"]));
    }

    [Fact]
    public async Task The_initrd_is_the_root_without_boot_as_cpio_in_gzip()
    {
        var root = new FileTreeBuilder();
        root.AddTree("", SampleTree.Create());
        root.Add("boot", SampleTree.Directory());
        root.Add("boot/kernel", SampleTree.File("the kernel"u8.ToArray()));

        var artifacts = await (Run() with { Root = root.Build() }).WriteAsync(new KernelInitrdFormat());

        Assert.Equal(Bytes(CpioImage.Create(SampleTree.Create())), Unzip(artifacts["-initrd.img"]));
    }

    [Fact]
    public async Task A_link_to_a_file_in_boot_keeps_its_data()
    {
        var shared = SampleTree.File("shared"u8.ToArray());
        var root = new FileTreeBuilder();
        root.Add("a", shared);
        root.Add("boot", SampleTree.Directory());
        root.Add("boot/b", shared);
        var alone = new FileTreeBuilder();
        alone.Add("a", SampleTree.File("shared"u8.ToArray()));

        var artifacts = await (Run() with { Root = root.Build() }).WriteAsync(new KernelInitrdFormat());

        Assert.Equal(Bytes(CpioImage.Create(alone.Build())), Unzip(artifacts["-initrd.img"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Microcode_comes_first_uncompressed_and_padded_to_four_bytes(int cut)
    {
        var microcode = Microcode[cut..];
        var padded = (microcode.Length + 3) / 4 * 4;

        var initrd = (await Run(microcode).WriteAsync(new KernelInitrdFormat()))["-initrd.img"];

        Assert.Equal(microcode, initrd[..microcode.Length]);
        Assert.All(initrd[microcode.Length..padded], static b => Assert.Equal(0, b));
        Assert.Equal(Bytes(CpioImage.Create(SampleTree.Create())), Unzip(initrd[padded..]));
    }

    [Fact]
    public async Task The_tar_holds_the_same_files_and_the_microcode_once_more()
    {
        var files = await Run(Microcode).WriteAsync(new KernelInitrdFormat());
        var tar = (await Run(Microcode).WriteAsync(new TarKernelInitrdFormat()))["-initrd.tar"];

        Assert.Equal(
            [
                ("kernel", Hash(files["-kernel"])), ("initrd.img", Hash(files["-initrd.img"])),
                ("cmdline", Hash(files["-cmdline"])), ("ucode.cpio", Hash(Microcode)),
            ],
            Members(tar));
    }

    [Fact]
    public async Task Without_microcode_the_tar_has_three_files() =>
        Assert.Equal(["kernel", "initrd.img", "cmdline"],
            Members((await Run().WriteAsync(new TarKernelInitrdFormat()))["-initrd.tar"]).Select(static m => m.Name));

    [Theory]
    [InlineData("kernel+initrd")]
    [InlineData("tar-kernel-initrd")]
    public async Task Without_a_kernel_nothing_is_written(string name)
    {
        var format = StandardOutputFormats.All.Single(f => f.Name == name);

        var error = await Assert.ThrowsAsync<OutputFormatException>(() => (Run() with { Kernel = null }).WriteAsync(format));

        Assert.StartsWith("the configuration has no kernel.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_number_of_threads_does_not_show_and_the_bytes_are_pinned()
    {
        var root = new FileTreeBuilder();
        root.AddTree("", SampleTree.Create());
        root.Add("large", SampleTree.File(new byte[3 << 20]));
        foreach (var threads in (int[])[1, 2, 3, 4])
        {
            var run = Run(Microcode) with { Root = root.Build(), MaxParallelism = threads };
            var hashes = $"{Hash((await run.WriteAsync(new KernelInitrdFormat()))["-initrd.img"])} {Hash((await run.WriteAsync(new TarKernelInitrdFormat()))["-initrd.tar"])}";
            Assert.True(
                hashes == "4423f62afeb6cd0dfb8077743cd1954d1e57b19b1eb6d1cd3d4a7dd73784f928 7dbd2fc1385c305f2178b2cb03497142c4afc6b8435c1dea07f1d026f45527cc",
                $"The bytes have the hashes {hashes}.");
        }
    }

    [Fact]
    public async Task Extended_attributes_are_left_out_with_a_warning()
    {
        var logger = new RecordingLogger();
        var root = new FileTreeBuilder();
        root.Add("ping", new Inode
        {
            Type = FileType.RegularFile, Mode = (UnixFileMode)0b111_101_101, ExtendedAttributes = [new ExtendedAttribute("security.capability", "x")],
        });

        await (Run() with { Root = root.Build(), Logger = logger }).WriteAsync(new KernelInitrdFormat());

        Assert.Equal(["'/ping' loses its extended attribute security.capability, which a cpio archive cannot hold"], logger.Messages);
    }

    private static FormatRun Run(byte[]? microcode = null) => new()
    {
        Root = SampleTree.Create(),
        Kernel = new KernelFiles(
            FileContent.FromBytes("the kernel"u8.ToArray()), "console=ttyS0 quiet", microcode is null ? null : FileContent.FromBytes(microcode)),
    };

    private static byte[] Bytes(FileContent content)
    {
        using var copy = new MemoryStream();
        content.OpenRead().CopyTo(copy);
        return copy.ToArray();
    }

    private static byte[] Unzip(byte[] gzip)
    {
        using var copy = new MemoryStream();
        new GZipStream(new MemoryStream(gzip), CompressionMode.Decompress).CopyTo(copy);
        return copy.ToArray();
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static List<(string Name, string Hash)> Members(byte[] tar)
    {
        var members = new List<(string, string)>();
        using var reader = new System.Formats.Tar.TarReader(new MemoryStream(tar));
        while (reader.GetNextEntry() is { } entry)
        {
            members.Add((entry.Name, Convert.ToHexStringLower(SHA256.HashData(entry.DataStream!))));
        }

        return members;
    }
}
