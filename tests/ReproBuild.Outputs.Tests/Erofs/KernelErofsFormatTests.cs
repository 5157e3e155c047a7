using System.Text;
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
    public async Task With_LZ4_only_the_image_differs()
    {
        var run = Run() with { Root = ErofsTesting.Compressible(), MaxParallelism = 2 };
        var artifacts = await run.WriteAsync(new KernelErofsFormat(ErofsCompression.Lz4));
        var plain = await run.WriteAsync(new KernelErofsFormat());

        using var scratch = new ScratchSpace();
        var options = new ErofsOptions
        {
            Uuid = IdentifierDerivation.DeriveGuid(run.Root.ComputeDigest(), "erofs uuid"), Compression = ErofsCompression.Lz4,
        };
        var image = await ErofsImage.CreateAsync(run.Root, options, scratch, TestContext.Current.CancellationToken);
        Assert.Equal(image.ToArray(), artifacts["-erofs.img"]);
        Assert.InRange(artifacts["-erofs.img"].Length, 4096, plain["-erofs.img"].Length - 4096);
        Assert.Equal(plain["-kernel"], artifacts["-kernel"]);
        Assert.Equal(plain["-cmdline"], artifacts["-cmdline"]);
    }

    [Fact]
    public async Task Without_a_kernel_nothing_is_written()
    {
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => (Run() with { Kernel = null }).WriteAsync(new KernelErofsFormat()));
        Assert.StartsWith("the configuration has no kernel.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_fit_is_an_error_of_the_format()
    {
        var run = Run() with { Root = ErofsTesting.Tree(("f", ErofsTesting.WithAttributes(FileType.RegularFile, ("user.x", new string('y', 65_536))))) };
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => run.WriteAsync(new KernelErofsFormat()));
        Assert.StartsWith("'/f' has the extended attribute 'user.x'", error.Message, StringComparison.Ordinal);
    }

    private static FormatRun Run() => new()
    {
        Root = SampleTree.Create(),
        Kernel = new KernelFiles(FileContent.FromBytes("the kernel"u8.ToArray()), "root=/dev/vda", null),
    };
}
