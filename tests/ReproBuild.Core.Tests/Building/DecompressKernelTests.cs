using System.IO.Compression;
using ReproBuild.Testing.InMemory;
using static ReproBuild.Core.Tests.Building.AssembledBuild;

namespace ReproBuild.Core.Tests.Building;

public class DecompressKernelTests
{
    private const string Yaml = "kernel: {image: k, tar: none}";

    [Fact]
    public async Task A_compressed_kernel_is_unpacked_before_it_is_written()
    {
        var kernel = new byte[100_000];
        new Random(1).NextBytes(kernel);
        byte[]? unpacked = null;
        await RunAsync(
            Yaml,
            new BuildOptions { DecompressKernel = true },
            context =>
            {
                unpacked = new byte[context.Kernel!.Kernel.Length];
                context.Kernel.Kernel.Read(0, unpacked);
                Assert.Equal("755 0:0", context.Root.Metadata("boot/kernel"));
            },
            Image(GZip(kernel)));
        Assert.Equal(kernel, unpacked);
    }

    [Fact]
    public async Task A_kernel_that_is_damaged_names_the_image()
    {
        var damaged = GZip(new byte[1000])[..^12];
        var error = await Assert.ThrowsAsync<RootFileSystemException>(() => RunAsync(Yaml, new BuildOptions { DecompressKernel = true }, Image(damaged)));
        Assert.StartsWith("test.yml:1:9: the kernel of docker.io/library/k:latest cannot be decompressed: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_format_that_unpacks_a_kernel_itself_gets_the_limits_of_the_build()
    {
        var options = new BuildOptions { Limits = new InputLimits { MaxArchiveSize = 1 << 20 } };
        Assert.Same(options.Limits, (await RunAsync(Yaml, options, Image("a kernel"u8.ToArray()))).Limits);
    }

    private static InMemoryImage Image(byte[] kernel) =>
        new("docker.io/library/k:latest", new InMemoryLayer().File("kernel", kernel, (UnixFileMode)0b111_101_101));

    private static byte[] GZip(byte[] content)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return output.ToArray();
    }
}
