using System.Text;
using ReproBuild.Core;
using ReproBuild.Core.Building;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Erofs;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Outputs.Tests.Erofs;

public sealed class KernelErofsFormatTests
{
    [Fact]
    public async Task The_image_is_the_root_without_boot_and_its_UUID_derived_from_the_whole_root()
    {
        var builder = new FileTreeBuilder();
        builder.AddTree("", SampleTree.Create());
        builder.Add("boot", SampleTree.Directory());
        builder.Add("boot/kernel", SampleTree.File("the kernel"u8.ToArray()));
        var root = builder.Build();

        var artifacts = await (Run() with { Root = root }).WriteAsync(new KernelErofsFormat());

        Assert.Equal(["-cmdline", "-erofs.img", "-kernel"], artifacts.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("the kernel", Encoding.ASCII.GetString(artifacts["-kernel"]));
        Assert.Equal("root=/dev/vda", Encoding.ASCII.GetString(artifacts["-cmdline"]));
        var options = new ErofsOptions { Uuid = IdentifierDerivation.DeriveGuid(root.ComputeDigest(), "erofs uuid") };
        Assert.Equal(ErofsImage.Create(SampleTree.Create(), options).ToArray(), artifacts["-erofs.img"]);
    }

    [Fact]
    public async Task Without_a_kernel_nothing_is_written()
    {
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => (Run() with { Kernel = null }).WriteAsync(new KernelErofsFormat()));
        Assert.StartsWith("kernel+erofs: the configuration has no kernel.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_fit_is_an_error_of_the_format()
    {
        var run = Run() with { Root = ErofsTesting.Tree(("f", ErofsTesting.WithAttributes(FileType.RegularFile, ("system.x", "y")))) };
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => run.WriteAsync(new KernelErofsFormat()));
        Assert.StartsWith("kernel+erofs: '/f' has the extended attribute 'system.x'", error.Message, StringComparison.Ordinal);
    }

    private static FormatRun Run() => new()
    {
        Root = SampleTree.Create(),
        Kernel = new KernelFiles(FileContent.FromBytes("the kernel"u8.ToArray()), "root=/dev/vda", null),
    };
}
