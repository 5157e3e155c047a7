using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.SquashFs;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Outputs.Tests.SquashFs;

public sealed class KernelSquashFsFormatTests : IDisposable
{
    private readonly SquashFsTesting _testing = new();

    public void Dispose() => _testing.Dispose();

    [Fact]
    public async Task The_image_is_the_root_without_boot()
    {
        var root = new FileTreeBuilder();
        root.AddTree("", SampleTree.Create());
        root.Add("boot", SampleTree.Directory());
        root.Add("boot/kernel", SampleTree.File("the kernel"u8.ToArray()));

        var artifacts = await (Run() with { Root = root.Build() }).WriteAsync(new KernelSquashFsFormat());

        Assert.Equal(["-cmdline", "-kernel", "-squashfs.img"], artifacts.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("the kernel", Encoding.ASCII.GetString(artifacts["-kernel"]));
        Assert.Equal("root=/dev/vda", Encoding.ASCII.GetString(artifacts["-cmdline"]));
        Assert.Equal((await _testing.CreateAsync(SampleTree.Create())).ToArray(), artifacts["-squashfs.img"]);
    }

    [Theory]
    [InlineData(SquashFsCompression.Gzip)]
    [InlineData(SquashFsCompression.Lz4)]
    [InlineData(SquashFsCompression.Zstd)]
    public async Task The_compression_is_the_callers(SquashFsCompression compression)
    {
        var artifacts = await Run().WriteAsync(new KernelSquashFsFormat(compression));
        var expected = await _testing.CreateAsync(SampleTree.Create(), new SquashFsOptions { Compression = compression });
        Assert.Equal(expected.ToArray(), artifacts["-squashfs.img"]);
        Assert.Equal((byte)compression, artifacts["-squashfs.img"][20]);
    }

    [Fact]
    public void A_compression_that_is_not_known_is_refused()
    {
        var options = new OutputOptions { SquashFsCompression = (SquashFsCompression)4 };
        var error = Assert.Throws<InvalidOptionException>(() => StandardOutputFormats.Create(options));
        Assert.Equal("OutputOptions.SquashFsCompression", error.OptionName);
    }

    [Fact]
    public async Task Without_a_kernel_nothing_is_written()
    {
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => (Run() with { Kernel = null }).WriteAsync(new KernelSquashFsFormat()));
        Assert.StartsWith("the configuration has no kernel.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_fit_is_an_error_of_the_format()
    {
        var inode = SquashFsTesting.WithAttributes(FileType.RegularFile, ("user.x", new string('y', 65537)));
        var run = Run() with { Root = SquashFsTesting.Tree(("f", inode)) };
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => run.WriteAsync(new KernelSquashFsFormat()));
        Assert.StartsWith("'/f' has the extended attribute 'user.x'", error.Message, StringComparison.Ordinal);
    }

    private static FormatRun Run() => new()
    {
        Root = SampleTree.Create(),
        Kernel = new KernelFiles(FileContent.FromBytes("the kernel"u8.ToArray()), "root=/dev/vda", null),
    };
}
