using System.Security.Cryptography;
using ReproBuild.Build.Tests.Reproducibility;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Platforms;

/// <summary>The command line on another platform writes every format with the bytes that are pinned for Linux on x64.</summary>
[Trait("Speed", "Slow")]
public sealed class PlatformTests(QuickStartImages images, WindowsProgram windows, Arm64Program arm64) : IClassFixture<QuickStartImages>, IDisposable
{
    private const string BoardFormat = "rpi3";

    private readonly TemporaryDirectory _directory = new("platform");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public Task Every_format_has_the_same_bytes_on_Windows() => BuildAsync(windows);

    [Fact]
    public Task Every_format_has_the_same_bytes_on_arm64() => BuildAsync(arm64);

    private async Task BuildAsync(PlatformProgram program)
    {
        Assert.SkipUnless(QuickStartImages.SkipReason is null, QuickStartImages.SkipReason ?? "");
        Assert.SkipUnless(program.SkipReason is null, program.SkipReason ?? "");
        var formats = EveryFormatTests.Golden.Keys.Select(static key => key.Split('/')[0]).Distinct().Where(static f => f != BoardFormat).ToArray();

        await BuildAsync(program, "registry", formats, images.Configuration, "--mirror", images.Mirror, "--no-docker-credentials");
        await BuildAsync(program, "layout", formats, images.Configuration, "--oci-layout", program.PathOf(images.Layout));
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
            cancellationToken: TestContext.Current.CancellationToken);
        result.EnsureSuccess();
        var expected = EveryFormatTests.Golden.Where(pair => formats.Contains(pair.Key.Split('/')[0]))
            .ToDictionary(static pair => pair.Key.Replace("/demo", "", StringComparison.Ordinal), static pair => pair.Value);
        Assert.Equal(expected, Hashes(_directory[output]));
    }

    private static Dictionary<string, string> Hashes(string directory) => Directory.GetFiles(directory).ToDictionary(
        static file => Path.GetFileName(file), static file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))));
}
