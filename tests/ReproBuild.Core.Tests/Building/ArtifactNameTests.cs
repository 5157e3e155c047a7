using System.Collections.Immutable;
using System.Text;
using ReproBuild.Testing.InMemory;

namespace ReproBuild.Core.Tests.Building;

/// <summary>What the artifacts of several formats in one build are called.</summary>
public class ArtifactNameTests
{
    private static readonly IOutputFormat[] Formats =
    [
        new TwoFiles("one", "kernel", "1"), new TwoFiles("two", "kernel", "2"), new TwoFiles("liar", "another kernel", "3"),
    ];

    private readonly InMemorySink _sink = new();

    [Fact]
    public async Task Formats_that_share_an_artifact_write_it_once()
    {
        var result = await BuildAsync(Options("one", "two") with { FormatNames = Names("two", "m") });
        Assert.Equal(["m-kernel", "m-one", "m-two"], result.Artifacts.Select(static a => a.Name));
        Assert.Equal("kernel", Text("m-kernel"));
    }

    [Fact]
    public async Task An_artifact_that_differs_although_both_share_it_is_an_error_and_nothing_appears()
    {
        var error = await Assert.ThrowsAsync<OutputFormatException>(() => BuildAsync(Options("one", "liar")));
        Assert.Equal("liar: 'm-kernel' differs from what the format one wrote, although both say that they share it.", error.Message);
        Assert.Empty(_sink.Artifacts);
    }

    [Fact]
    public async Task Two_formats_of_one_file_name_are_refused_before_any_image_is_looked_for()
    {
        var error = await Assert.ThrowsAsync<InvalidOptionException>(() => BuildAsync(Options("recording", "other")));
        Assert.Contains("asks for recording and other, which both write 'm-list'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Give one of them another name in BuildOptions.FormatNames", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_of_its_own_lets_a_format_into_the_same_build()
    {
        var result = await BuildAsync(Options("recording", "other") with { FormatNames = Names("other", "n") });
        Assert.Equal(["m-list", "n-list"], result.Artifacts.Select(static a => a.Name));
        Assert.Equal(["text", "other text"], (string[])[Text("m-list"), Text("n-list")]);
        Assert.Equal("n", Other.Seen!.BaseName);
    }

    [Fact]
    public async Task A_name_for_a_format_that_is_not_asked_for_is_an_error()
    {
        var error = await Assert.ThrowsAsync<InvalidOptionException>(() => BuildAsync(Options("one") with { FormatNames = Names("two", "n") }));
        Assert.Contains("'two', which is not in BuildOptions.Formats", error.Message, StringComparison.Ordinal);
    }

    private RecordingFormat Other { get; } = new("other", "other text");

    private static BuildOptions Options(params ImmutableArray<string> formats) => new() { Name = "m", Formats = formats };

    private static ImmutableSortedDictionary<string, string> Names(string format, string name) => ImmutableSortedDictionary<string, string>.Empty.Add(format, name);

    private string Text(string artifact) => Encoding.UTF8.GetString(_sink.Artifacts[artifact]);

    private Task<BuildResult> BuildAsync(BuildOptions options) =>
        new ImageBuilder(new InMemoryImageSource(), [.. Formats, new RecordingFormat(), Other])
            .BuildAsync(new LinuxKitConfig(), options, _sink, null, TestContext.Current.CancellationToken);

    /// <summary>A file that it shares, and one of its own.</summary>
    private sealed class TwoFiles(string name, string shared, string own) : IOutputFormat
    {
        private const string Shared = "-kernel";

        public string Name => name;

        public ImmutableArray<string> ArtifactSuffixes => [Shared, "-" + name];

        public ImmutableArray<string> SharedArtifactSuffixes => [Shared];

        public async Task WriteAsync(OutputContext context, CancellationToken cancellationToken)
        {
            await WriteAsync(context, Shared, shared, cancellationToken);
            await WriteAsync(context, "-" + name, own, cancellationToken);
        }

        private static async Task WriteAsync(OutputContext context, string suffix, string text, CancellationToken cancellationToken)
        {
            await using var stream = await context.CreateArtifactAsync(suffix, cancellationToken);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        }
    }
}
