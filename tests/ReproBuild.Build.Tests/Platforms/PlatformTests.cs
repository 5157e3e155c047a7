using System.Security.Cryptography;
using ReproBuild.Build.Tests.Reproducibility;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Platforms;

/// <summary>The command line on another platform writes every format with the bytes that are pinned for Linux on x64.</summary>
[Trait("Speed", "Slow")]
public sealed class PlatformTests(QuickStartImages images, PlatformPrograms programs) : IClassFixture<QuickStartImages>, IDisposable
{
    private const string BoardFormat = "rpi3";

    private static readonly string[] PcFormats =
        [.. EveryFormatTests.Golden.Keys.Select(static key => key.Split('/')[0]).Distinct().Where(static format => format != BoardFormat)];

    private readonly TemporaryDirectory _directory = new("platform");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public Task Every_format_has_the_same_bytes_on_Windows() => BuildAsync(programs.Windows, PcFormats, PcFormats);

    /// <summary>Emulation takes minutes, so each format comes from one of the two sources, and an archive of the whole root from both.</summary>
    [Fact]
    public Task Every_format_has_the_same_bytes_on_arm64() => BuildAsync(
        programs.Arm64,
        [.. PcFormats.Where(static (format, index) => format == "tar" || index % 2 == 0)],
        [.. PcFormats.Where(static (format, index) => format == "tar" || index % 2 == 1)]);

    private async Task BuildAsync(PlatformProgram program, string[] fromRegistry, string[] fromLayout)
    {
        Assert.SkipUnless(QuickStartImages.SkipReason is null, QuickStartImages.SkipReason ?? "");
        Assert.SkipUnless(program.SkipReason is null, program.SkipReason ?? "");

        await BuildAsync(program, "registry", fromRegistry, images.Configuration, "--mirror", images.Mirror, "--no-docker-credentials");
        await BuildAsync(program, "layout", fromLayout, images.Configuration, "--oci-layout", program.PathOf(images.Layout));
        await BuildAsync(
            program, "board", [BoardFormat], images.BoardConfiguration,
            "--oci-layout", program.PathOf(images.Layout), "--arch", "arm64", "--rpi-firmware-image", QuickStartImages.Firmware);
    }

    /// <summary>Builds formats at once, each under its own name, since some share names of files.</summary>
    private async Task BuildAsync(PlatformProgram program, string output, string[] formats, string configuration, params string[] arguments)
    {
        var result = await program.TryRunAsync(
            [
                "build", "--quiet", "--format", string.Join(',', formats.Select(static f => $"{f}={f}")), "--cache", program.PathOf(_directory[$"{output}-cache"]),
                "--dir", program.PathOf(_directory[output]), .. arguments, program.PathOf(configuration),
            ],
            new ToolOptions { Timeout = TimeSpan.FromMinutes(20) },
            TestContext.Current.CancellationToken);
        result.EnsureSuccess();
        var expected = EveryFormatTests.Golden.Where(pair => formats.Contains(pair.Key.Split('/')[0]))
            .ToDictionary(static pair => pair.Key.Replace("/demo", "", StringComparison.Ordinal), static pair => pair.Value);
        Assert.Equal(expected, Hashes(_directory[output]));
    }

    private static Dictionary<string, string> Hashes(string directory) => Directory.GetFiles(directory).ToDictionary(
        static file => Path.GetFileName(file), static file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))));
}
