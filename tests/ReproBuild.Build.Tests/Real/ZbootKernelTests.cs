using System.Buffers.Binary;
using System.IO.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.Images;
using ReproBuild.Testing.InMemory;
using ReproBuild.Testing.Kernels;
using ReproBuild.Testing.Registry;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Real;

/// <summary>Debian's kernel for arm64 in an EFI zboot image, as newer kernels come, is unpacked to the last byte.</summary>
[Trait("Speed", "Slow")]
public sealed class ZbootKernelTests(TestImageRegistry registry) : RealMachine(registry)
{
    private const string Reference = "registry.example/kernel:zboot";
    private const int UBootHeaderSize = 64;

    private static readonly ExternalTool Shell = new("sh", "dash");

    /// <summary>
    /// How Linux's build compresses (scripts/Makefile.lib), from a pipe; for zstd only the window of 128 MiB is that of its level, 22, which takes minutes.
    /// </summary>
    [Theory]
    [InlineData("gzip", "gzip -n -9")]
    [InlineData("zstd", "zstd -3 --long=27")]
    public async Task A_kernel_of_Debian_comes_out_as_it_went_in(string coding, string command)
    {
        SkipUnlessItCanRun();
        var tool = new ExternalTool(coding, coding);
        Assert.SkipUnless(tool.IsAvailable, tool.SkipReason);
        using var images = OpenImages();
        var board = await TreeAsync(images, TestImages.RaspberryPiKernel);
        var kernel = await UnpackAsync(board.Find("kernel")!.Inode.Content);
        Assert.Equal("ARM\x64"u8, kernel.AsSpan(0x38, 4));

        await File.WriteAllBytesAsync(PathOf("Image"), kernel, Cancellation);
        await Shell.RunAsync(["-c", $"cat '{PathOf("Image")}' | {command} > '{PathOf("payload")}'"], cancellationToken: Cancellation);
        var payload = await File.ReadAllBytesAsync(PathOf("payload"), Cancellation);
        var zboot = ZbootKernel.Create(payload, coding, coding == "gzip" ? null : (uint)kernel.Length);

        var layer = new InMemoryLayer().File("kernel", zboot).File("kernel.tar", board.Find("kernel.tar")!.Inode.Content.ToArray());
        var source = new InMemoryImageSource(new InMemoryImage(Reference, layer) { Configuration = new() { Platform = Platform.Linux("arm64") } });
        var firmware = await TreeAsync(images, TestImages.RaspberryPiFirmware);

        var unpacked = await BuildAsync(source, firmware, "kernel+initrd", decompress: true);
        Assert.True(kernel.AsSpan().SequenceEqual(unpacked["machine-kernel"]));

        var card = Files(await BuildAsync(source, firmware, "rpi3", decompress: false));
        Assert.True(kernel.AsSpan().SequenceEqual(card["kernel.uimg"].AsSpan(UBootHeaderSize)));
        Assert.Equal(kernel.Length, BinaryPrimitives.ReadInt32BigEndian(card["kernel.uimg"].AsSpan(12)));
    }

    private static async Task<SortedDictionary<string, byte[]>> BuildAsync(InMemoryImageSource source, FileTree firmware, string format, bool decompress)
    {
        var sink = new InMemorySink();
        var formats = StandardOutputFormats.Create(new OutputOptions { RaspberryPiFirmware = firmware });
        var options = new BuildOptions { Name = Name, Formats = [format], Architecture = "arm64", DecompressKernel = decompress };
        await new ImageBuilder(source, formats).BuildAsync(
            LinuxKitConfig.Parse($"kernel: {{image: {Reference}, cmdline: quiet}}", "machine.yml"), options, sink, null, Cancellation);
        return sink.Artifacts;
    }

    private async Task<FileTree> TreeAsync(RegistryImageSource images, string tag) =>
        await images.GetFileTreeAsync(ImageReference.Parse(await Get(tag)), Platform.Linux("arm64"), null, Cancellation);

    private static async Task<byte[]> UnpackAsync(FileContent gzip)
    {
        using var unpacked = new MemoryStream();
        await using var stream = new GZipStream(gzip.OpenRead(), CompressionMode.Decompress);
        await stream.CopyToAsync(unpacked, Cancellation);
        return unpacked.ToArray();
    }

    private static Dictionary<string, byte[]> Files(SortedDictionary<string, byte[]> artifacts)
    {
        using var reader = new System.Formats.Tar.TarReader(new MemoryStream(artifacts["machine.tar"]));
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            if (entry.DataStream is { } data)
            {
                using var content = new MemoryStream();
                data.CopyTo(content);
                files.Add(entry.Name, content.ToArray());
            }
        }

        return files;
    }
}
