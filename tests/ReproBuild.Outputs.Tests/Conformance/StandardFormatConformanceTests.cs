using ReproBuild.Core.Building;
using ReproBuild.Core.Building.Conformance;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Images;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Kernels;

namespace ReproBuild.Outputs.Tests.Conformance;

public sealed class StandardFormatConformanceTests
{
    /// <summary>These need files that only the caller has, so they are checked where those files are.</summary>
    private static readonly string[] _incomplete = ["rpi3"];

    public static TheoryData<string> Names => [.. StandardOutputFormats.All.Select(static format => format.Name).Except(_incomplete)];

    public static TheoryData<string> NamesForArm64 => [.. Names.Select(static row => row.Data).Where(static name => !name.EndsWith("-bios", StringComparison.Ordinal))];

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

    [Theory]
    [MemberData(nameof(NamesForArm64))]
    [Trait("Speed", "Slow")]
    public Task Every_format_for_arm64_conforms(string name) => CheckAsync(name, new OutputFormatConformanceOptions
    {
        Kernel = new KernelFiles(SyntheticKernel.Arm64Image(), "console=ttyAMA0", Microcode: null),
        Platform = Platform.Linux("arm64"),
        LargeContentSize = 0,
    });

    private static OutputFormatConformanceOptions ForAmd64() => new()
    {
        Kernel = new KernelFiles(SyntheticKernel.BzImage(), "console=ttyS0", FileContent.FromBytes(new byte[512])),
        LargeContentSize = 0,
    };

    private static Task CheckAsync(string name, OutputFormatConformanceOptions options) => OutputFormatConformance.CheckAsync(
        StandardOutputFormats.All.Single(format => format.Name == name), options, TestContext.Current.CancellationToken);
}
