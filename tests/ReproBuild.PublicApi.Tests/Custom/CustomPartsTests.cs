using System.Text;

namespace ReproBuild.PublicApi.Tests.Custom;

/// <summary>A user's own source of images, output format and sink, written with the public API alone.</summary>
public class CustomPartsTests
{
    private const string Configuration = """
        kernel:
          image: example/kernel:1
          cmdline: console=ttyS0
          tar: none
        init:
          - example/init:1
        files:
          - path: etc/note
            contents: hello
        """;

    [Fact]
    public async Task They_build_together()
    {
        var sink = new MemorySink();
        var result = await BuildAsync(LinuxKitConfig.Parse(Configuration, "test.yml"), sink);

        Assert.Equal(["machine-paths.txt", "machine-cmdline.txt"], result.Artifacts.Select(static a => a.Name));
        Assert.Equal(["docker.io/example/kernel:1", "docker.io/example/init:1"], result.Inputs.Select(static i => i.Reference.ToString()));
        Assert.Equal("console=ttyS0", Encoding.UTF8.GetString(sink.Artifacts["machine-cmdline.txt"]));
        var paths = Encoding.UTF8.GetString(sink.Artifacts["machine-paths.txt"]).Split('\n');
        Assert.Empty(new[] { "boot/kernel", "sbin/init", "etc/note" }.Except(paths));
        Assert.Equal(paths[..^1].Order(StringComparer.Ordinal), paths[..^1]);
    }

    [Fact]
    public async Task Their_errors_reach_the_caller_and_nothing_is_published()
    {
        var sink = new MemorySink();
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => BuildAsync(LinuxKitConfig.Parse("init: [example/init:1]", "test.yml"), sink));
        Assert.Equal("text", error.Format);
        Assert.Contains("add a kernel section", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ImageNotFoundException>(() => BuildAsync(LinuxKitConfig.Parse("init: [example/other:1]", "test.yml"), sink));
        Assert.Empty(sink.Artifacts);
    }

    private static async Task<BuildResult> BuildAsync(LinuxKitConfig config, MemorySink sink)
    {
        var images = new ArchiveImageSource(
            await ArchiveImage.CreateAsync("example/kernel:1", ("kernel", "a kernel")),
            await ArchiveImage.CreateAsync("example/init:1", ("sbin/init", "an init program")));
        var options = new BuildOptions { Name = "machine", Formats = ["text"] };
        return await new ImageBuilder(images, [new TextFormat()]).BuildAsync(config, options, sink, null, TestContext.Current.CancellationToken);
    }
}
