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

    [Theory]
    [InlineData("Demo", "demo")]
    [InlineData("demo", "DEMO")]
    [InlineData("grün", "GRÜN")]
    public async Task Two_files_whose_names_differ_by_case_only_are_one_file_on_some_hosts(string one, string other)
    {
        var options = Options("recording", "other") with { FormatNames = Names("recording", one).Add("other", other) };
        var error = await Assert.ThrowsAsync<InvalidOptionException>(() => BuildAsync(options));
        Assert.Contains($"recording and other, which write '{one}-list' and '{other}-list', one file on hosts that ignore case. Give one of", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shared_artifact_has_one_spelling()
    {
        var options = Options("one", "two") with { FormatNames = Names("one", "M").Add("two", "m") };
        var error = await Assert.ThrowsAsync<InvalidOptionException>(() => BuildAsync(options));
        Assert.Contains("write 'M-kernel' and 'm-kernel', one file on hosts that ignore case", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a:b", "it contains ':'")]
    [InlineData("a<b", "it contains '<'")]
    [InlineData("a>b", "it contains '>'")]
    [InlineData("a\"b", "it contains '\"'")]
    [InlineData("a|b", "it contains '|'")]
    [InlineData("a?b", "it contains '?'")]
    [InlineData("a*b", "it contains '*'")]
    public async Task A_name_that_Windows_cannot_hold_is_refused_on_every_host(string name, string problem)
    {
        var error = await Assert.ThrowsAsync<InvalidOptionException>(() => BuildAsync(Options("recording") with { Name = name }));
        Assert.Equal("BuildOptions.Name", error.OptionName);
        Assert.Equal(
            $"BuildOptions.Name '{name}' names a file '{name}-list', which Windows cannot hold: {problem}. Give another name, which works on every host.", error.Message);
    }

    [Theory]
    [InlineData("", "a. ", "it ends with a dot or a space")]
    [InlineData("", "a.", "it ends with a dot or a space")]
    [InlineData(".tar", "aux", "'aux' is a device there")]
    [InlineData(".tar", "Con", "'Con' is a device there")]
    [InlineData(".tar", "prn.x", "'prn' is a device there")]
    [InlineData(".tar", "nul .x", "'nul' is a device there")]
    [InlineData(".tar", "COM1", "'COM1' is a device there")]
    [InlineData(".tar", "lpt9", "'lpt9' is a device there")]
    [InlineData(".tar", "com²", "'com²' is a device there")]
    [InlineData("", "conout$", "'conout$' is a device there")]
    public async Task What_counts_is_the_name_of_the_file(string suffix, string name, string problem)
    {
        var format = new RecordingFormat(writes: suffix);
        var options = Options("recording") with { FormatNames = Names("recording", name) };
        var error = await Assert.ThrowsAsync<InvalidOptionException>(() => BuildAsync(options, format));
        Assert.Equal("BuildOptions.FormatNames[recording]", error.OptionName);
        Assert.Contains($"'{name}{suffix}', which Windows cannot hold: {problem}.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.")]
    [InlineData("a ")]
    [InlineData("aux")]
    [InlineData("com0")]
    [InlineData("auxiliary.con")]
    [InlineData("grün & [schön]; 'x' %PATH% $HOME")]
    public async Task A_name_with_a_suffix_that_every_host_can_hold_is_used(string name)
    {
        var result = await BuildAsync(Options("recording") with { Name = name });
        Assert.Equal([name + "-list"], result.Artifacts.Select(static a => a.Name));
    }

    private RecordingFormat Other { get; } = new("other", "other text");

    private static BuildOptions Options(params ImmutableArray<string> formats) => new() { Name = "m", Formats = formats };

    private static ImmutableSortedDictionary<string, string> Names(string format, string name) => ImmutableSortedDictionary<string, string>.Empty.Add(format, name);

    private string Text(string artifact) => Encoding.UTF8.GetString(_sink.Artifacts[artifact]);

    private Task<BuildResult> BuildAsync(BuildOptions options, RecordingFormat? recording = null) =>
        new ImageBuilder(new InMemoryImageSource(), [.. Formats, recording ?? new RecordingFormat(), Other])
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
