using ReproBuild.Testing.Boot;
using ReproBuild.Testing.Images;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Harness;

/// <summary>A boot test can fail: a machine that does not get to userspace is an error that shows the console.</summary>
[Trait("Speed", "Slow")]
public sealed class QemuMachineTests
{
    private static readonly ExternalTool Umoci = new("umoci", "umoci");

    [Fact]
    public async Task A_kernel_without_a_root_file_system_is_reported_with_its_console()
    {
        Assert.SkipUnless(TestHost.HasTestImages, TestHost.TestImagesSkipReason);
        Assert.SkipUnless(Umoci.IsAvailable, Umoci.SkipReason);
        using var directory = new TemporaryDirectory("kernel");
        await Umoci.RunAsync(["raw", "unpack", "--rootless", "--image", $"{TestImages.Layout}:{TestImages.SmallKernel}", directory["image"]]);
        var machine = new QemuMachine { Kernel = directory["image/kernel"], CommandLine = "console=ttyS0 panic=-1" };
        Assert.SkipUnless(machine.SkipReason is null, machine.SkipReason ?? "");

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => machine.BootAsync(TestImages.Marker, TestContext.Current.CancellationToken));

        Assert.Contains("Unable to mount root fs", error.Message, StringComparison.Ordinal);
    }
}
