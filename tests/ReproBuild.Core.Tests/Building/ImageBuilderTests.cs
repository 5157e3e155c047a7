using System.Collections.Immutable;
using ReproBuild.Core.Configuration;
using ReproBuild.Testing.InMemory;

namespace ReproBuild.Core.Tests.Building;

public class ImageBuilderTests
{
    private static readonly InMemoryImage Kernel = new("127.0.0.1:5000/kernel:1", new InMemoryLayer().File("kernel", "vmlinuz", (UnixFileMode)0b111_101_101).File("kernel.tar", new byte[1024]));
    private static readonly InMemoryImage Init = new("127.0.0.1:5000/init:1", new InMemoryLayer().Directory("lib").Directory("lib/modules").File("init", "#!", (UnixFileMode)0b111_101_101));

    [Fact]
    public async Task A_format_that_creates_an_undeclared_artifact_is_refused()
    {
        await Assert.ThrowsAsync<OutputFormatException>(() => Build(new InMemorySink(), ["one"], new FakeFormat("one", "1", writes: "-other")));
    }

    [Fact]
    public async Task A_missing_kernel_file_is_named_with_what_the_image_holds()
    {
        var config = Config() with { Kernel = new KernelConfig { Image = ImageReference.Parse("127.0.0.1:5000/kernel:1"), Binary = "bzImage" } };
        var error = await Assert.ThrowsAsync<RootFileSystemException>(() => Build(new InMemorySink(), config, ["one"], new FakeFormat("one", "1")));
        Assert.Contains("'bzImage'", error.Message, StringComparison.Ordinal);
        Assert.Contains("kernel, kernel.tar", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_another_image_has_as_a_link_is_an_error_that_names_both()
    {
        var other = new InMemoryImage("127.0.0.1:5000/other:1", new InMemoryLayer().SymbolicLink("lib", "usr/lib"));
        var config = Config() with { Init = [new InitConfig(ImageReference.Parse("127.0.0.1:5000/init:1")), new InitConfig(ImageReference.Parse("127.0.0.1:5000/other:1"))] };
        var builder = new ImageBuilder(new InMemoryImageSource(Kernel, Init, other), [new FakeFormat("one", "1")]);
        var options = new BuildOptions { Name = "m", Formats = ["one"] };
        var error = await Assert.ThrowsAsync<RootFileSystemException>(() => builder.BuildAsync(config, options, new InMemorySink()));
        Assert.Contains("init[0]", error.Message, StringComparison.Ordinal);
        Assert.Contains("init[1]", error.Message, StringComparison.Ordinal);
        await builder.BuildAsync(config, options with { AllowDirectoryReplacement = true }, new InMemorySink());
    }

    [Fact]
    public async Task What_a_later_image_only_implies_leaves_the_directory_alone()
    {
        var first = new InMemoryImage("127.0.0.1:5000/first:1", new InMemoryLayer().Directory("srv", (UnixFileMode)0b111_000_000, 7, 8));
        var second = new InMemoryImage("127.0.0.1:5000/second:1", new InMemoryLayer().File("srv/file", "x"));
        var format = new FakeFormat("one", "1");
        var config = new LinuxKitConfig { Init = [new InitConfig(ImageReference.Parse("127.0.0.1:5000/first:1")), new InitConfig(ImageReference.Parse("127.0.0.1:5000/second:1"))] };
        await new ImageBuilder(new InMemoryImageSource(first, second), [format]).BuildAsync(config, new BuildOptions { Name = "m", Formats = ["one"] }, new InMemorySink());
        var srv = format.Seen!.Root.Find("srv")!.Inode;
        Assert.Equal(((UnixFileMode)0b111_000_000, 7u, 8u), (srv.Mode, srv.UserId, srv.GroupId));
    }

    [Fact]
    public async Task An_entry_of_files_follows_links_inside_the_root_and_leaves_parents_alone()
    {
        var image = new InMemoryImage("127.0.0.1:5000/first:1", new InMemoryLayer().Directory("usr").Directory("usr/lib", (UnixFileMode)0b101_101_101).SymbolicLink("lib", "/usr/lib"));
        var format = new FakeFormat("one", "1");
        var config = new LinuxKitConfig
        {
            Init = [new InitConfig(ImageReference.Parse("127.0.0.1:5000/first:1"))],
            Files = [new FileConfig { Path = "lib/new/file", Contents = "x", Mode = (UnixFileMode)0b100_000_000 }],
        };
        await new ImageBuilder(new InMemoryImageSource(image), [format]).BuildAsync(config, new BuildOptions { Name = "m", Formats = ["one"] }, new InMemorySink());
        var root = format.Seen!.Root;
        Assert.Equal((UnixFileMode)0b101_101_101, root.Find("usr/lib")!.Inode.Mode);
        Assert.Equal((UnixFileMode)0b101_000_000, root.Find("usr/lib/new")!.Inode.Mode);
        Assert.Equal((UnixFileMode)0b100_000_000, root.Find("usr/lib/new/file")!.Inode.Mode);
    }

    [Fact]
    public async Task A_cancelled_build_writes_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        var sink = new InMemorySink();
        var builder = new ImageBuilder(new InMemoryImageSource(Kernel, Init), [new FakeFormat("one", "1")]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => builder.BuildAsync(Config(), new BuildOptions { Formats = ["one"] }, sink, null, cancellation.Token));
        Assert.Empty(sink.Artifacts);
    }

    [Fact]
    public async Task The_plan_names_artifacts_and_inputs_without_fetching()
    {
        var plan = await new ImageBuilder(new InMemoryImageSource(Kernel, Init), [new FakeFormat("one", "1")])
            .PlanAsync(Config(), new BuildOptions { Name = "m", Formats = ["one"] });
        Assert.Equal(["m-list"], plan.ArtifactNames);
        Assert.Equal(["127.0.0.1:5000/kernel:1", "127.0.0.1:5000/init:1"], plan.Inputs.Select(i => i.Reference.ToString()));
        Assert.Equal(["init[0]"], plan.Inputs[1].Locations);
    }

    [Fact]
    public void Options_with_equal_contents_are_equal()
    {
        static BuildOptions Create() => new() { Formats = ["one", "two"], FormatNames = Names("one", "x"), DiskSize = 512 };

        Assert.Equal(Create(), Create());
        Assert.Equal(Create().GetHashCode(), Create().GetHashCode());
        Assert.NotEqual(Create(), Create() with { Formats = ["two", "one"] });
        Assert.NotEqual(Create(), Create() with { FormatNames = Names("one", "y") });
        Assert.NotEqual(Create(), Create() with { Sbom = false });
    }

    [Fact]
    public void Formats_that_are_the_default_array_are_none() => Assert.Empty(new BuildOptions { Formats = default }.Formats);

    [Fact]
    public async Task Options_out_of_range_are_named()
    {
        var builder = new ImageBuilder(new InMemoryImageSource(), [new FakeFormat("one", "1")]);
        foreach (var options in new BuildOptions[]
        {
            new() { Formats = [] }, new() { Name = "a/b" }, new() { FormatNames = Names("one", "..") }, new() { SourceDateEpoch = -1 }, new() { MaxParallelism = 0 }, new() { DiskSize = 0 },
        })
        {
            var error = await Assert.ThrowsAsync<InvalidOptionException>(() => builder.BuildAsync(new LinuxKitConfig(), options, new InMemorySink()));
            Assert.StartsWith("BuildOptions.", error.OptionName, StringComparison.Ordinal);
            Assert.StartsWith(error.OptionName, error.Message, StringComparison.Ordinal);
        }
    }

    private static LinuxKitConfig Config() => new()
    {
        Kernel = new KernelConfig { Image = ImageReference.Parse("127.0.0.1:5000/kernel:1"), CommandLine = "quiet", Tar = "none" },
        Init = [new InitConfig(ImageReference.Parse("127.0.0.1:5000/init:1"))],
    };

    private static ImmutableSortedDictionary<string, string> Names(string format, string name) => ImmutableSortedDictionary<string, string>.Empty.Add(format, name);

    private static Task<BuildResult> Build(InMemorySink sink, ImmutableArray<string> names, params IOutputFormat[] formats) => Build(sink, Config(), names, formats);

    private static Task<BuildResult> Build(InMemorySink sink, LinuxKitConfig config, ImmutableArray<string> names, params IOutputFormat[] formats) =>
        new ImageBuilder(new InMemoryImageSource(Kernel, Init), formats).BuildAsync(config, new BuildOptions { Name = "m", Formats = names }, sink);

    private sealed class FakeFormat(string name, string text, string writes = "-list") : IOutputFormat
    {
        public OutputContext? Seen { get; private set; }

        public string Name => name;

        public ImmutableArray<string> ArtifactSuffixes => ["-list"];

        public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
        {
            Seen = context;
            await using var stream = await context.CreateArtifactAsync(writes, cancellationToken);
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), cancellationToken);
        }
    }
}
