using ReproBuild.Core.Building.Kernel;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Tests.Compression;
using ReproBuild.Testing.Kernels;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Core.Tests.Building.Assembling;

public sealed class KernelDecompressorTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    // As the kernel's build calls them (scripts/Makefile.lib); all but gzip are followed by the size.
    public static TheoryData<string, string, string[]> Compressors() => new()
    {
        { "gzip", "gzip", ["-n", "-f", "-9"] },
        { "bzip2", "bzip2", ["-9"] },
        { "lzma", "xz-utils", ["-9"] },
        { "xz", "xz-utils", ["--check=crc32", "--x86", "--lzma2=,dict=32MiB"] },
        { "lz4", "lz4", ["-l", "-9"] },
        { "zstd", "zstd", ["-22", "--ultra"] },
    };

    [Theory]
    [MemberData(nameof(Compressors))]
    public async Task The_payload_of_a_bz_image_is_unpacked(string tool, string package, string[] arguments)
    {
        var kernel = MakeKernel();
        var payload = await CompressAsync(tool, package, arguments, kernel);
        Assert.Equal(kernel, await UnpackAsync(BzImage.Make(payload, tool == "gzip" ? null : (uint)kernel.Length)));
    }

    [Theory]
    [MemberData(nameof(Compressors))]
    public async Task A_file_that_is_compressed_as_a_whole_is_unpacked(string tool, string package, string[] arguments)
    {
        var kernel = MakeKernel();
        Assert.Equal(kernel, await UnpackAsync(await CompressAsync(tool, package, arguments, kernel)));
    }

    [Theory]
    [MemberData(nameof(Compressors))]
    public async Task The_payload_of_an_EFI_zboot_image_is_unpacked(string tool, string package, string[] arguments)
    {
        var kernel = MakeKernel();
        var payload = await CompressAsync(tool, package, arguments, kernel);
        var image = ZbootKernel.Create(payload, tool, tool == "gzip" ? null : (uint)kernel.Length);
        Assert.Equal(kernel, await UnpackAsync(image));
        foreach (var length in new[] { 8, 30, payload.Length / 2, payload.Length - 40 })
        {
            await RefusedAsync(ZbootKernel.Create(payload.AsSpan(0, length), tool, (uint)kernel.Length));
        }
    }

    [Theory]
    [InlineData("lzo", "894C5A4F000D0A1A0A", "LZO")]
    [InlineData("new\u0001line", "0011223344556677", "compressed with 'new', which is not supported, or damaged: it begins with 0011223344556677")]
    public async Task A_coding_of_an_EFI_zboot_image_that_cannot_be_unpacked_is_named(string coding, string start, string expected)
    {
        var error = await RefusedAsync(ZbootKernel.Create(Convert.FromHexString(start), coding, 0));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_EFI_zboot_image_whose_payload_lies_outside_is_refused()
    {
        var image = ZbootKernel.Create(GzipTesting.Compress(MakeKernel()), "gzip", null);
        foreach (var offset in (int[])[0x0B, 0x0F])
        {
            Assert.Contains("this EFI zboot image places a payload", (await RefusedAsync(BzImage.With(image, offset, 0xFF))).Message, StringComparison.Ordinal);
        }

        Assert.Contains("places a payload", (await RefusedAsync(image[..0x2000])).Message, StringComparison.Ordinal);
        Assert.Contains("begins with 4d5a00007a696d67", (await RefusedAsync(image[..0x3F])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_limits_hold_in_an_EFI_zboot_image()
    {
        var image = ZbootKernel.Create(GzipTesting.Compress(new byte[17 * 1024 * 1024]), "gzip", null);
        Assert.Contains("MaxArchiveSize", (await RefusedAsync(image, new InputLimits { MaxArchiveSize = 1_000_000 })).Message, StringComparison.Ordinal);
        Assert.Contains("MaxCompressionRatio", (await RefusedAsync(image, new InputLimits { MaxCompressionRatio = 10, CompressionRatioThreshold = 1 << 20 })).Message, StringComparison.Ordinal);
        Assert.Equal(17 * 1024 * 1024, (await UnpackAsync(image)).Length);
    }

    [Theory]
    [MemberData(nameof(Compressors))]
    public async Task A_payload_that_is_cut_short_is_refused(string tool, string package, string[] arguments)
    {
        var kernel = MakeKernel();
        var payload = await CompressAsync(tool, package, arguments, kernel);
        foreach (var length in new[] { 8, 30, payload.Length / 2, payload.Length - 40 })
        {
            await RefusedAsync(BzImage.Make(payload[..length], (uint)kernel.Length));
        }
    }

    [Theory]
    [MemberData(nameof(Compressors))]
    public async Task Damaged_data_give_one_kind_of_error_or_none(string tool, string package, string[] arguments)
    {
        var payload = await CompressAsync(tool, package, arguments, MakeKernel()[..50_000]);
        var random = new Random(3);
        for (var round = 0; round < 60; round++)
        {
            var damaged = payload.ToArray();
            for (var i = 0; i < 4; i++)
            {
                damaged[random.Next(payload.Length)] = (byte)random.Next(256);
            }

            try
            {
                await UnpackAsync(damaged);
            }
            catch (IntegrityException)
            {
            }
        }
    }

    [Theory]
    [MemberData(nameof(Compressors))]
    public async Task A_wrong_size_behind_the_payload_is_refused(string tool, string package, string[] arguments)
    {
        var kernel = MakeKernel();
        var payload = await CompressAsync(tool, package, arguments, kernel);
        var image = tool == "gzip" ? BzImage.Make([.. payload, 0, 0, 0, 0], null) : BzImage.Make(payload, (uint)kernel.Length + 1);
        Assert.Contains("the size that follows", (await RefusedAsync(image)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_limits_hold()
    {
        var zeros = GzipTesting.Compress(new byte[17 * 1024 * 1024]);
        var bySize = await RefusedAsync(zeros, new InputLimits { MaxArchiveSize = 1_000_000 });
        Assert.Contains("MaxArchiveSize", bySize.Message, StringComparison.Ordinal);
        var byRatio = await RefusedAsync(zeros, new InputLimits { MaxCompressionRatio = 10, CompressionRatioThreshold = 1 << 20 });
        Assert.Contains("MaxCompressionRatio", byRatio.Message, StringComparison.Ordinal);
        Assert.Equal(17 * 1024 * 1024, (await UnpackAsync(zeros)).Length);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("7F454C460201010000000000", "ELF file")]
    [InlineData("0011223344556677889900", "begins with 0011223344556677")]
    [InlineData("894C5A4F000D0A1A0A", "LZO")]
    public async Task What_cannot_be_unpacked_is_named(string start, string expected)
    {
        Assert.Contains(expected, (await RefusedAsync(Convert.FromHexString(start))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_uncompressed_arm64_image_is_named()
    {
        var image = new byte[64];
        "ARM\x64"u8.CopyTo(image.AsSpan(0x38));
        Assert.Contains("arm64 Image, not compressed", (await RefusedAsync(image)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bz_image_without_a_usable_payload_is_refused()
    {
        var image = BzImage.Make([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0], null);
        Assert.Contains("2.07", (await RefusedAsync(BzImage.With(image, 0x206, 0x07))).Message, StringComparison.Ordinal);
        Assert.Contains("places a payload", (await RefusedAsync(BzImage.With(image, 0x24E, 0xFF))).Message, StringComparison.Ordinal);
        Assert.Contains("places a payload", (await RefusedAsync(BzImage.With(image, 0x24B, 0xFF))).Message, StringComparison.Ordinal);
        Assert.Contains("places a payload", (await RefusedAsync(BzImage.With(image, 0x24C, 0))).Message, StringComparison.Ordinal);
        Assert.Contains("places a payload", (await RefusedAsync(image[..^1])).Message, StringComparison.Ordinal);
        var unknown = BzImage.Make("0123456789abcdef"u8.ToArray(), null);
        Assert.Contains("begins with 3031323334353637", (await RefusedAsync(unknown)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_of_the_destination_pass_unchanged()
    {
        var destination = new MemoryStream(new byte[10]);
        await Assert.ThrowsAsync<NotSupportedException>(() => KernelDecompressor.DecompressAsync(
            FileContent.FromBytes(GzipTesting.Compress(MakeKernel())), destination, InputLimits.Default, default));
    }

    private static byte[] MakeKernel() => [.. "\x7FELF"u8, .. Corpus.Make("mixed", 300_000)];

    private static async Task<byte[]> UnpackAsync(byte[] kernel, InputLimits? limits = null)
    {
        using var output = new MemoryStream();
        await KernelDecompressor.DecompressAsync(FileContent.FromBytes(kernel), output, limits ?? InputLimits.Default, default);
        return output.ToArray();
    }

    private static Task<IntegrityException> RefusedAsync(byte[] kernel, InputLimits? limits = null) =>
        Assert.ThrowsAsync<IntegrityException>(() => UnpackAsync(kernel, limits));

    private async Task<byte[]> CompressAsync(string name, string package, string[] arguments, byte[] data)
    {
        var tool = new ExternalTool(name, package);
        Assert.SkipUnless(tool.IsAvailable, tool.SkipReason);
        var path = _directory["kernel"];
        await File.WriteAllBytesAsync(path, data);
        if (name == "lz4")
        {
            await tool.RunAsync([.. arguments, path, path + ".lz4"]);
        }
        else
        {
            await tool.RunAsync([.. arguments, path]);
        }

        return await File.ReadAllBytesAsync(Directory.GetFiles(_directory.FullName).Single(file => file != path));
    }
}
