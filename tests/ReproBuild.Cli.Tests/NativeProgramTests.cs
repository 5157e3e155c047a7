using ReproBuild.Testing.Conforming;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Cli.Tests;

/// <summary>The command line as one native program, published ahead of time.</summary>
[Trait("Speed", "Slow")]
public sealed class NativeProgramTests : IDisposable
{
    private static readonly ExternalTool Dotnet = new("dotnet", "dotnet-sdk-10.0");
    private static readonly ExternalTool Linker = new("gcc", "gcc");

    private readonly TemporaryDirectory _directory = new("native");
    private readonly CommandLinePublisher _publisher = new();

    public void Dispose()
    {
        _publisher.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task It_is_published_without_a_warning_and_writes_what_the_framework_s_writes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Native programs are made for the host's own system, and the test knows Linux.");
        Assert.SkipUnless(Linker.IsAvailable, Linker.SkipReason);
        Assert.SkipUnless(File.Exists("/usr/include/zlib.h"), "zlib's headers are not installed (Debian package zlib1g-dev; ./test installs it).");

        var architecture = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();
        var program = await _publisher.PublishAsync($"linux-{architecture}", ["-p:PublishAot=true"], TestContext.Current.CancellationToken);
        var native = new ExternalTool(program, "none: it was just published");
        string[] arguments =
        [
            "build", "--cache", _directory["cache"], "--oci-layout", Path.Combine(ExpectedTree.DataDirectory, "layout"), "--no-sbom",
            "-f", "tar,docker,kernel+initrd,kernel+squashfs,kernel+erofs", Path.Combine(ExpectedTree.DataDirectory, "cases", "minimal.yml"),
        ];
        var expected = await Dotnet.RunAsync(
            [RepositoryProgram.Find("src/ReproBuild.Cli", "reprobuild.dll"), .. arguments, "--dir", _directory["framework"]]);
        Assert.Equal(expected, await native.RunAsync([.. arguments, "--dir", _directory["native"]]));
    }
}
