using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Disks;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Kernels;

namespace ReproBuild.Outputs.Tests.Boot;

/// <summary>A kernel for another machine than the one that is built is refused by every format that boots it.</summary>
public class KernelArchitectureTests
{
    public static TheoryData<string> Formats => ["iso-efi", "iso-efi-initrd", "iso-bios", .. DiskKind.All.Select(static kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_kernel_of_arm64_in_a_build_for_amd64_is_refused(string format) =>
        Assert.Contains("arm64", (await RefusalAsync(format, "amd64", SyntheticKernel.Arm64Image())).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("raw-efi")]
    [InlineData("qcow2-efi")]
    [InlineData("iso-efi")]
    [InlineData("iso-efi-initrd")]
    [InlineData("aws")]
    [InlineData("aws-efi")]
    public async Task A_kernel_of_amd64_in_a_build_for_another_architecture_is_refused(string format)
    {
        foreach (var architecture in (string[])["arm64", "riscv64", "386"])
        {
            var error = await RefusalAsync(format, architecture, SyntheticKernel.BzImage());
            Assert.StartsWith($"the kernel is for amd64, and the build for {architecture}.", error.Message, StringComparison.Ordinal);
        }
    }

    private static Task<OutputFormatException> RefusalAsync(string format, string architecture, FileContent kernel)
    {
        var run = new FormatRun { Root = SampleTree.Create(), Kernel = new KernelFiles(kernel, "quiet", null), Architecture = architecture };
        return Assert.ThrowsAsync<OutputFormatException>(
            () => run.WriteAsync(StandardOutputFormats.All.Single(f => f.Name == format), TestContext.Current.CancellationToken));
    }
}
