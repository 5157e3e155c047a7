using System.IO.Compression;
using System.Security.Cryptography;
using ReproBuild.Core.Compression;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Initrd;
using ReproBuild.Outputs.Tests.VirtualDisks;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Kernels;
using ReproBuild.Testing.Tools;
using SharpCompress.Compressors.ZStandard;

namespace ReproBuild.Outputs.Tests.Initrd;

/// <summary>Every format that holds an initrd holds the one that was asked for.</summary>
public sealed class InitrdCompressionTests
{
    private const int MiB = 1 << 20;

    /// <summary>The formats that put the root somewhere else.</summary>
    private static readonly string[] WithoutInitrd = ["tar", "docker", "kernel+squashfs", "kernel+erofs", "iso-bios", "iso-efi", "kernel+iso"];

    public static TheoryData<InitrdCompression> Compressions => [.. Enum.GetValues<InitrdCompression>()];

    [Theory]
    [MemberData(nameof(Compressions))]
    public async Task Every_format_with_an_initrd_compresses_it_as_asked(InitrdCompression compression)
    {
        var formats = Formats(new OutputOptions { InitrdCompression = compression });
        var initrd = (await Run().WriteAsync(formats["kernel+initrd"], TestContext.Current.CancellationToken))["-initrd.img"];
        Assert.True(CpioImage.Create(RootWithoutBoot()).ToArray().AsSpan().SequenceEqual(Unpack(initrd, compression)), "The initrd is not the root.");
        foreach (var (name, format) in formats.Where(static format => !WithoutInitrd.Contains(format.Key)))
        {
            var run = name == "rpi3" ? Run() with { Architecture = "arm64", Kernel = new KernelFiles(SyntheticKernel.Arm64Image(), "quiet", null) } : Run();
            var artifacts = await run.WriteAsync(format, TestContext.Current.CancellationToken);
            Assert.True(artifacts.Any(artifact => Open(name, artifact.Value).AsSpan().IndexOf(initrd) >= 0), $"{name} holds another initrd.");
        }
    }

    [Theory]
    [InlineData(InitrdCompression.Zstd, "ce91a424ca0595550062420248508971ec970c15c5fbef5f9585f665d17a6009")]
    [InlineData(InitrdCompression.Lz4, "5b253520a5b4627112084bbba98fb776c04f2e2718cf247bc001989ac301938f")]
    [InlineData(InitrdCompression.None, "c6120a2933d0d715ef503e8c03175e071b6e224b04830d0b95f67133b687a9fa")]
    public async Task The_number_of_threads_does_not_show_and_the_bytes_are_pinned(InitrdCompression compression, string sha256)
    {
        foreach (var threads in (int[])[1, 2, 3, 8])
        {
            var run = Run() with { MaxParallelism = threads };
            var artifacts = await run.WriteAsync(new KernelInitrdFormat(new InitrdOptions { Compression = compression }), TestContext.Current.CancellationToken);
            var actual = Convert.ToHexStringLower(SHA256.HashData(artifacts["-initrd.img"]));
            Assert.True(sha256 == actual, $"The bytes have the hash {actual}.");
        }
    }

    [Fact]
    public async Task The_effort_is_that_of_every_gzip_zlib_and_zstd()
    {
        foreach (var effort in (CompressionEffort[])[CompressionEffort.Fast, CompressionEffort.Best])
        {
            var (plain, other) = (Formats(new OutputOptions()), Formats(new OutputOptions { CompressionEffort = effort }));
            foreach (var name in (string[])["kernel+initrd", "kernel+squashfs", "vmdk", "gcp"])
            {
                var (before, after) = (await SizeAsync(plain[name]), await SizeAsync(other[name]));
                Assert.True(effort == CompressionEffort.Best ? after < before : after > before, $"{name} has {before} bytes, with {effort} {after}.");
            }
        }

        var fast = new OutputOptions { InitrdCompression = InitrdCompression.Zstd, CompressionEffort = CompressionEffort.Fast };
        var best = new OutputOptions { InitrdCompression = InitrdCompression.Zstd, CompressionEffort = CompressionEffort.Best };
        Assert.True(await SizeAsync(Formats(best)["kernel+initrd"]) < await SizeAsync(Formats(fast)["kernel+initrd"]), "The best effort is no better.");

        static async Task<int> SizeAsync(IOutputFormat format)
        {
            var root = SampleTree.Of(("text", SampleTree.File(Text())));
            var artifacts = await (Run() with { Root = root }).WriteAsync(format, TestContext.Current.CancellationToken);
            return artifacts.Values.Sum(static bytes => bytes.Length);
        }
    }

    [Fact]
    public void What_is_not_known_is_refused()
    {
        Assert.Equal("OutputOptions.InitrdCompression", NameOf(new OutputOptions { InitrdCompression = (InitrdCompression)4 }));
        Assert.Equal("OutputOptions.CompressionEffort", NameOf(new OutputOptions { CompressionEffort = (CompressionEffort)3 }));

        static string NameOf(OutputOptions options) => Assert.Throws<InvalidOptionException>(() => StandardOutputFormats.Create(options)).OptionName;
    }

    private static Dictionary<string, IOutputFormat> Formats(OutputOptions options)
    {
        var firmware = SampleTree.Of(new[] { "bootcode.bin", "start.elf", "fixup.dat", "u-boot.bin" }
            .Select(static name => ((ByteString)name, SampleTree.File("stand-in"u8.ToArray()))));
        var all = new OutputOptions
        {
            InitrdCompression = options.InitrdCompression, CompressionEffort = options.CompressionEffort, RaspberryPiFirmware = firmware,
        };
        return StandardOutputFormats.Create(all).ToDictionary(static format => format.Name, StringComparer.Ordinal);
    }

    private static FormatRun Run() => new()
    {
        Root = Root(),
        Kernel = new KernelFiles(SyntheticKernel.BzImage(), "quiet", null),
    };

    private static FileTree Root()
    {
        var root = new FileTreeBuilder();
        root.AddTree("", RootWithoutBoot());
        root.Add("boot/dtb/broadcom/bcm2837-rpi-3-b.dtb", SampleTree.File("a device tree"u8.ToArray()), implicitParent: SampleTree.Directory());
        return root.Build();
    }

    /// <summary>More than two pieces, without a block of zeros: containers of disks leave those out.</summary>
    private static FileTree RootWithoutBoot()
    {
        var noise = new byte[(2 * MiB) + 4321];
        new Random(1).NextBytes(noise);
        var root = new FileTreeBuilder();
        root.AddTree("", SampleTree.Create());
        root.Add("noise", SampleTree.File(noise));
        return root.Build();
    }

    private static byte[] Text()
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, 60_000).SelectMany(_ => System.Text.Encoding.ASCII.GetBytes($"word{random.Next(900)} of {random.Next(7)}, "))];
    }

    /// <summary>What lies in the artifact, out of the containers that do not keep it in one piece.</summary>
    private static byte[] Open(string format, byte[] artifact) => format switch
    {
        "vmdk" or "vmdk-efi" => VirtualDiskReader.Vmdk(artifact),
        "qcow2-bios" or "qcow2-efi" => VirtualDiskReader.Qcow2(artifact),
        "dynamic-vhd" or "dynamic-vhd-efi" => VirtualDiskReader.Vhd(artifact),
        "gcp" or "gcp-efi" => BeginningOf(new GZipStream(new MemoryStream(artifact), CompressionMode.Decompress)),
        _ => artifact,
    };

    private static byte[] BeginningOf(Stream stream)
    {
        using (stream)
        {
            var bytes = new byte[64 * MiB];
            return bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
    }

    private static byte[] Unpack(byte[] initrd, InitrdCompression compression)
    {
        var packed = new MemoryStream(initrd);
        using Stream plain = compression switch
        {
            InitrdCompression.Gzip => new GZipStream(packed, CompressionMode.Decompress),
            InitrdCompression.Zstd => new DecompressionStream(packed),
            InitrdCompression.Lz4 => new Lz4LegacyReader(packed),
            _ => packed,
        };
        using var copy = new MemoryStream();
        plain.CopyTo(copy);
        return copy.ToArray();
    }
}
