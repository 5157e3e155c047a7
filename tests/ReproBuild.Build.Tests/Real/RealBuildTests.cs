using System.Collections.Immutable;
using ReproBuild.Core.Building;
using ReproBuild.Core.Configuration;
using ReproBuild.Outputs;
using ReproBuild.Registry;
using ReproBuild.Testing.Boot;
using ReproBuild.Testing.Images;
using ReproBuild.Testing.Registry;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Real;

/// <summary>The main job: images from a real registry over HTTP become a machine that boots and runs containers.</summary>
[Trait("Speed", "Slow")]
public sealed class RealBuildTests(TestImageRegistry registry) : IClassFixture<TestImageRegistry>, IDisposable
{
    private readonly TemporaryDirectory _directory = new("real");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_Debian_kernel_with_Debian_containers_is_built_the_same_cold_and_warm_and_boots()
    {
        var machine = new QemuMachine { MemoryMiB = 3072 };
        SkipUnlessItCanRun(machine);
        var configuration = $$"""
            kernel:
              image: {{await Get(TestImages.Kernel)}}
              cmdline: "console=ttyS0 quiet"
            init:
              - {{await Get(TestImages.Init)}}
              - {{await Get(TestImages.Runc)}}
            onboot:
              - name: writable
                image: {{await Get(TestImages.Busybox)}}
                command: ["/bin/sh", "-c", "touch /written && echo WRITABLE-$((6*7))"]
              - name: readonly
                image: {{await Get(TestImages.Busybox)}}
                readonly: true
                command: ["/bin/sh", "-c", "touch /written || echo READONLY-$((6*7))"]
              - name: python
                image: {{await Get(TestImages.DebianTools)}}
                command: ["python3", "-c", "print('PYTHON-%d' % (6*7))"]
            """;

        var cold = await BuildAsync(configuration, "cold");
        var warm = await BuildAsync(configuration, "warm");

        Assert.Equal(cold, warm);
        var console = await (machine with
        {
            Kernel = _directory["cold/machine-kernel"],
            Initrd = _directory["cold/machine-initrd.img"],
            CommandLine = await File.ReadAllTextAsync(_directory["cold/machine-cmdline"], Cancellation),
        }).BootAsync(TestImages.Marker, Cancellation);
        Assert.All(["WRITABLE-42", "READONLY-42", "PYTHON-42"], text => Assert.Contains(text, console, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("amd64", "console=ttyS0 quiet")]
    [InlineData("arm64", "console=ttyAMA0 quiet")]
    public async Task One_configuration_boots_on_each_platform_of_its_indexes(string architecture, string commandLine)
    {
        var machine = new QemuMachine { Architecture = architecture };
        SkipUnlessItCanRun(machine);
        var configuration = $"""
            kernel:
              image: {await registry.GetIndexAsync(TestImages.SmallKernel, TestImages.SmallKernelArm64, Cancellation)}
              cmdline: "{commandLine}"
            init:
              - {await registry.GetIndexAsync(TestImages.Init, TestImages.InitArm64, Cancellation)}
            """;

        await BuildAsync(configuration, "out", architecture);

        await (machine with
        {
            Kernel = _directory["out/machine-kernel"],
            Initrd = _directory["out/machine-initrd.img"],
            CommandLine = commandLine,
        }).BootAsync(TestImages.Marker, Cancellation);
    }

    private static void SkipUnlessItCanRun(QemuMachine machine)
    {
        Assert.SkipUnless(TestImageRegistry.SkipReason is null, TestImageRegistry.SkipReason ?? "");
        Assert.SkipUnless(machine.SkipReason is null, machine.SkipReason ?? "");
    }

    private Task<string> Get(string tag) => registry.GetAsync(tag, Cancellation);

    private async Task<ImmutableArray<BuildArtifact>> BuildAsync(string configuration, string output, string architecture = "amd64")
    {
        using var images = new RegistryImageSource(new RegistryOptions { CacheDirectory = _directory["cache"] });
        var options = new BuildOptions { Name = "machine", Architecture = architecture };
        var result = await new ImageBuilder(images, StandardOutputFormats.All).BuildAsync(
            LinuxKitConfig.Parse(configuration, "machine.yml"), options, new DirectorySink(_directory[output]), null, Cancellation);
        return result.Artifacts;
    }
}
