using ReproBuild.Core.Configuration;
using ReproBuild.Testing.InMemory;

namespace ReproBuild.Core.Tests.Building;

/// <summary>A build that fails or is cancelled leaves nothing behind, and what it throws is what went wrong.</summary>
public sealed class ImageBuilderFailureTests : IDisposable
{
    private static readonly InMemoryImage Init = new("docker.io/library/init:latest", new InMemoryLayer().File("init", "x"));

    private readonly string _directory = Directory.CreateTempSubdirectory("reprobuild-failure-").FullName;

    private string Output => Path.Combine(_directory, "out");

    private string Scratch => Path.Combine(_directory, "scratch");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_format_that_fails_takes_the_others_artifacts_with_it()
    {
        var failing = new RecordingFormat("bad", writes: "-bad") { After = static _ => throw new OutputFormatException("it does not fit") };
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => BuildAsync(default, new RecordingFormat("good"), failing));
        Assert.Equal("bad: it does not fit", error.Message);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task An_input_error_of_a_format_is_named_after_it()
    {
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => BuildAsync(default, new RecordingFormat("bad") { Before = static (_, _) => throw new IOException("gone") }));
        Assert.StartsWith("bad: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("gone", error.Message, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Scratch_files_and_the_new_directory_are_gone_after_a_failure()
    {
        var failing = new RecordingFormat("bad")
        {
            Before = static async (context, token) =>
            {
                await context.Scratch.CreateAsync(static (stream, inner) => stream.WriteAsync(new byte[100], inner).AsTask(), token);
                throw new OutputFormatException("after scratch");
            },
        };
        await Assert.ThrowsAsync<OutputFormatException>(() => BuildAsync(default, failing));
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_build_cancelled_while_it_writes_leaves_nothing_and_says_so()
    {
        using var cancellation = new CancellationTokenSource();
        var slow = new RecordingFormat("slow")
        {
            After = async token =>
            {
                await cancellation.CancelAsync();
                await Task.Delay(Timeout.Infinite, token);
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BuildAsync(cancellation.Token, slow));
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task What_a_cancelled_build_throws_is_a_cancellation_whatever_happened_first()
    {
        using var cancellation = new CancellationTokenSource();
        var broken = new RecordingFormat("broken")
        {
            After = async _ =>
            {
                await cancellation.CancelAsync();
                throw new IOException("The connection was cut.");
            },
        };
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BuildAsync(cancellation.Token, broken));
        Assert.Equal(cancellation.Token, error.CancellationToken);
    }

    [Fact]
    public async Task An_image_that_is_not_there_is_the_error_itself()
    {
        var builder = new ImageBuilder(new InMemoryImageSource(Init), [new RecordingFormat()]);
        var config = LinuxKitConfig.Parse("init: [init, gone, lost]", "x");
        var error = await Assert.ThrowsAsync<ImageNotFoundException>(
            () => builder.BuildAsync(config, Options("recording"), new DirectorySink(Output), null, TestContext.Current.CancellationToken));
        Assert.Contains(error.Reference.ToString(), (string[])["docker.io/library/gone:latest", "docker.io/library/lost:latest"]);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_configuration_made_in_code_is_checked_before_anything_else()
    {
        var builder = new ImageBuilder(new InMemoryImageSource(), [new RecordingFormat()]);
        var config = new LinuxKitConfig { Services = [new ContainerConfig { Name = "not/a/name", Image = ImageReference.Parse("init") }] };
        await Assert.ThrowsAsync<ConfigurationException>(() => builder.BuildAsync(config, Options("recording"), new DirectorySink(Output), null, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ConfigurationException>(() => builder.PlanAsync(config, Options("recording"), TestContext.Current.CancellationToken));
        AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("services: [{name: a, image: init, uid: nobody}]", "services[0].uid")]
    [InlineData("services: [{name: a, image: init, binds: [\"gone:/x\"]}]", "services[0].binds[0]")]
    [InlineData("services: [{name: a, image: labelled}]", "container 'a' (or the label org.mobyproject.config of docker.io/library/labelled:latest): net: 'run/x' names no namespace")]
    [InlineData("files: [{path: a, source: /gone/for/good}]", "the source '/gone/for/good' of 'a' cannot be read: it does not exist")]
    public async Task What_is_wrong_with_settings_is_found_before_a_layer_is_fetched_and_by_a_plan(string yaml, string expected)
    {
        var labelled = new InMemoryImage("docker.io/library/labelled:latest")
        {
            Configuration = new Core.Images.ImageConfiguration
            {
                Platform = Platform.Linux("amd64"),
                Labels = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("org.mobyproject.config", "net: run/x"),
            },
        };
        var builder = new ImageBuilder(new InMemoryImageSource(Init, labelled), [new RecordingFormat()]);
        var config = LinuxKitConfig.Parse(yaml, "x");
        var phases = new System.Collections.Concurrent.ConcurrentQueue<BuildProgress>();
        var error = await Assert.ThrowsAnyAsync<ReproBuildException>(
            () => builder.BuildAsync(config, Options("recording"), new DirectorySink(Output), new Collector(phases), TestContext.Current.CancellationToken));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(phases, static report => report.Phase == BuildPhase.Fetch);
        error = await Assert.ThrowsAnyAsync<ReproBuildException>(() => builder.PlanAsync(config, Options("recording"), TestContext.Current.CancellationToken));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("arm46", " (did you mean arm64?)")]
    [InlineData("aarch64", " (did you mean arm64?)")]
    [InlineData("x86_64", " (did you mean amd64?)")]
    [InlineData("AMD64", " (did you mean amd64?)")]
    [InlineData("", "")]
    [InlineData("vax", "")]
    public async Task An_architecture_that_Go_does_not_know_is_refused(string architecture, string hint)
    {
        var builder = new ImageBuilder(new InMemoryImageSource(Init), [new RecordingFormat()]);
        var error = await Assert.ThrowsAsync<InvalidOptionException>(() => builder.PlanAsync(
            new LinuxKitConfig(), Options("recording") with { Architecture = architecture }, TestContext.Current.CancellationToken));
        Assert.Equal("BuildOptions.Architecture", error.OptionName);
        Assert.StartsWith($"BuildOptions.Architecture '{architecture}' is not an architecture of Linux as Go names it{hint}: give one of 386, amd64, arm,", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_older_artifact_survives_a_failed_build()
    {
        Directory.CreateDirectory(Output);
        var older = Path.Combine(Output, "m-list");
        await File.WriteAllTextAsync(older, "older", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<OutputFormatException>(() => BuildAsync(default, new RecordingFormat("bad") { After = static _ => throw new OutputFormatException("x") }));
        Assert.Equal([older], Directory.GetFileSystemEntries(Output));
        Assert.Equal("older", await File.ReadAllTextAsync(older, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Every_phase_is_reported_from_its_beginning_to_its_end()
    {
        var reports = new System.Collections.Concurrent.ConcurrentQueue<BuildProgress>();
        var config = LinuxKitConfig.Parse("init: [init]", "x");
        await new ImageBuilder(new InMemoryImageSource(Init), [new RecordingFormat()])
            .BuildAsync(config, Options("recording"), new InMemorySink(), new Collector(reports), TestContext.Current.CancellationToken);
        foreach (var phase in Enum.GetValues<BuildPhase>())
        {
            var own = reports.Where(report => report.Phase == phase).ToList();
            Assert.Equal((0L, false), (own[0].Completed, own[0].IsFinished));
            Assert.True(own[^1].IsFinished);
        }

        var written = reports.Last(static report => report.Phase == BuildPhase.Write);
        Assert.True(written.Total > 0);
        Assert.Equal(written.Total, written.Completed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task The_tree_is_the_same_with_any_number_of_threads(int parallelism)
    {
        InMemoryImage[] images = [.. Enumerable.Range(0, 20).Select(static i => new InMemoryImage($"docker.io/library/i{i}:latest", new InMemoryLayer().File("shared", $"{i}"), new InMemoryLayer().File($"own{i}", "x")))];
        var format = new RecordingFormat();
        var config = LinuxKitConfig.Parse($"init: [{string.Join(", ", Enumerable.Range(0, 20).Select(static i => $"i{i}"))}]", "x");
        await new ImageBuilder(new InMemoryImageSource(images), [format])
            .BuildAsync(config, Options("recording") with { MaxParallelism = parallelism }, new InMemorySink(), null, TestContext.Current.CancellationToken);
        Assert.Equal("19", format.Seen!.Root.Text("shared"));
        Assert.Equal(20, format.Seen.Root.Entries.Count(static entry => entry.Name.ToString().StartsWith("own", StringComparison.Ordinal)));
    }

    private BuildOptions Options(params string[] formats) => new() { Name = "m", Formats = [.. formats], Sbom = false, ScratchDirectory = Directory.CreateDirectory(Scratch).FullName };

    private Task<BuildResult> BuildAsync(CancellationToken cancellationToken, params IOutputFormat[] formats) =>
        new ImageBuilder(new InMemoryImageSource(Init), formats).BuildAsync(
            LinuxKitConfig.Parse("init: [init]", "x"), Options([.. formats.Select(static format => format.Name)]), new DirectorySink(Output), null, cancellationToken);

    private void AssertNothingIsLeft()
    {
        Assert.False(Directory.Exists(Output));
        Assert.True(!Directory.Exists(Scratch) || Directory.GetFileSystemEntries(Scratch).Length == 0);
    }

    private sealed class Collector(System.Collections.Concurrent.ConcurrentQueue<BuildProgress> reports) : IProgress<BuildProgress>
    {
        public void Report(BuildProgress value) => reports.Enqueue(value);
    }
}
