using System.Collections.Immutable;
using ReproBuild.Conformance;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Erofs;
using ReproBuild.Outputs.Initrd;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Kernels;

namespace ReproBuild.Outputs.Tests.Conformance;

/// <summary>Alone in the process, so that no other test's memory counts.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuredAlone
{
    public const string Name = "measured alone";
}

[Collection(MeasuredAlone.Name)]
public sealed class StandardFormatConformanceTests
{
    private const string ForArm64Alone = "rpi3";

    private static readonly ImmutableArray<IOutputFormat> FormatNames =
        StandardOutputFormats.Create(new OutputOptions { RaspberryPiFirmware = Files("bootcode.bin", "start.elf", "fixup.dat", "u-boot.bin") });

    public static TheoryData<string> Names => [.. FormatNames.Select(static format => format.Name).Where(static name => name != ForArm64Alone)];

    public static TheoryData<string> NamesForArm64 =>
        [.. FormatNames.Select(static format => format.Name).Where(static name => !name.EndsWith("-bios", StringComparison.Ordinal))];

    [Theory]
    [InlineData("tar")]
    [InlineData("kernel+initrd")]
    public Task Formats_without_a_disk_conform(string name) => CheckAsync(name, ForAmd64());

    [Theory]
    [MemberData(nameof(Names))]
    [Trait("Speed", "Slow")]
    public Task Every_format_conforms_with_bounded_memory(string name) => CheckAsync(name, ForAmd64() with
    {
        Root = SampleTree.Create(),
        LargeContentSize = 160 << 20,
        MemoryLimit = 64 << 20,
    });

    [Fact]
    [Trait("Speed", "Slow")]
    public Task An_EROFS_image_with_LZ4_conforms_with_bounded_memory() => OutputFormatConformance.CheckAsync(
        new KernelErofsFormat(ErofsCompression.Lz4),
        ForAmd64() with { Root = SampleTree.Create(), LargeContentSize = 160 << 20, MemoryLimit = 64 << 20 },
        TestContext.Current.CancellationToken);

    [Theory]
    [InlineData(InitrdCompression.Zstd)]
    [InlineData(InitrdCompression.Lz4)]
    [InlineData(InitrdCompression.None)]
    [Trait("Speed", "Slow")]
    public Task An_initrd_conforms_with_bounded_memory(InitrdCompression compression) => OutputFormatConformance.CheckAsync(
        new KernelInitrdFormat(new InitrdOptions { Compression = compression }),
        ForAmd64() with { Root = SampleTree.Create(), LargeContentSize = 160 << 20, MemoryLimit = 64 << 20 },
        TestContext.Current.CancellationToken);

    [Theory]
    [MemberData(nameof(NamesForArm64))]
    [Trait("Speed", "Slow")]
    public Task Every_format_for_arm64_conforms(string name) => CheckAsync(name, new OutputFormatConformanceOptions
    {
        Kernel = new KernelFiles(SyntheticKernel.Arm64Image(), "console=ttyAMA0", Microcode: null),
        Platform = Platform.Linux("arm64"),
        CommonFiles = Files("boot/dtb/broadcom/bcm2837-rpi-3-b.dtb"),
        LargeContentSize = name == ForArm64Alone ? 160 << 20 : 0,
    });

    private static OutputFormatConformanceOptions ForAmd64() => new()
    {
        Kernel = new KernelFiles(SyntheticKernel.BzImage(), "console=ttyS0", FileContent.FromBytes(new byte[512])),
        LargeContentSize = 0,
    };

    private static FileTree Files(params string[] names)
    {
        var tree = new FileTreeBuilder();
        foreach (var name in names)
        {
            tree.Add(name, SampleTree.File("stand-in"u8.ToArray()), implicitParent: SampleTree.Directory());
        }

        return tree.Build();
    }

    private static Task CheckAsync(string name, OutputFormatConformanceOptions options) => OutputFormatConformance.CheckAsync(
        FormatNames.Single(format => format.Name == name), options, TestContext.Current.CancellationToken);
}
