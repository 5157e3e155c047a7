namespace ReproBuild.Build.Tests.Platforms;

/// <summary>Paths as Windows writes them, wherever the command line takes one.</summary>
[Trait("Speed", "Slow")]
public sealed class WindowsPathTests(PlatformPrograms programs) : WindowsScene(programs)
{
    private const string Source = @"sub/source.txt";

    [Theory]
    [InlineData("drive and backslashes")]
    [InlineData("drive and slashes")]
    [InlineData("root of the drive")]
    [InlineData("relative, backslashes")]
    [InlineData("relative, slashes")]
    [InlineData("extended")]
    public async Task A_path_may_be_written_in_any_way(string style)
    {
        SkipUnlessItCanRun();
        await WriteSourceAsync(Source, Source);
        var expected = await ExpectedAsync("extra.yml");

        await WriteSourceAsync(Source, Write(style, Source));
        var result = await BuildAsync(new(), path => Write(style, path), "--dir", Write(style, "made/" + Output), Write(style, "extra.yml"));

        Assert.Equal(expected, result.EnsureSuccess().Output);
        Assert.True(File.Exists(PathOf("made/out/extra.tar")));
    }

    [Fact]
    public async Task A_path_may_be_longer_than_260_characters()
    {
        SkipUnlessItCanRun();
        var deep = string.Join('/', Enumerable.Repeat(new string('d', 100), 3));
        Directory.CreateDirectory(PathOf(deep));
        Directory.CreateSymbolicLink(PathOf($"{deep}/{Layout}"), PathOf(Layout));
        File.Copy(PathOf(Configuration), PathOf($"{deep}/{Configuration}"));
        await WriteSourceAsync($"{deep}/{Source}", $"{deep}/{Source}");
        var expected = await ExpectedAsync("extra.yml");

        var result = await BuildAsync(new(), path => $@"{deep}\{path}", "--dir", Windows.PathOf(PathOf($"{deep}/{Output}")), "extra.yml");

        Assert.Equal(expected, result.EnsureSuccess().Output);
        Assert.True(File.Exists(PathOf($"{deep}/{Output}/extra.tar")));
        Assert.True(Directory.Exists(PathOf($"{deep}/{Cache}/reprobuild")));
    }

    [Fact]
    public async Task A_relative_source_starts_at_the_working_directory_that_is_given()
    {
        SkipUnlessItCanRun();
        await WriteSourceAsync(Source, Source);
        var expected = await ExpectedAsync("extra.yml");

        await WriteSourceAsync(Source, "source.txt");
        var result = await BuildAsync("--working-dir", Windows.PathOf(PathOf("sub")), "extra.yml");

        Assert.Equal(expected, result.EnsureSuccess().Output);
    }

    [Theory]
    [InlineData(@"~\source.txt")]
    [InlineData("~/source.txt")]
    public async Task A_source_may_be_in_the_user_s_profile(string source)
    {
        SkipUnlessItCanRun();
        await WriteSourceAsync(Source, Source);
        var expected = await ExpectedAsync("extra.yml");

        await Windows.GetAsync();
        File.Copy(PathOf(Source), Path.Combine(Windows.HomeDirectory, "source.txt"), overwrite: true);
        await WriteSourceAsync(Source, source);
        var result = await BuildAsync("extra.yml");

        Assert.Equal(expected, result.EnsureSuccess().Output);
    }

    [Fact]
    public async Task A_source_that_is_missing_is_named_as_it_was_written()
    {
        SkipUnlessItCanRun();
        await WriteSourceAsync(Source, @"sub\none.txt");

        var result = await BuildAsync("extra.yml");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(@"extra.yml:2:5: the source 'sub\none.txt' of 'etc/source' cannot be read: it does not exist.", result.Error, StringComparison.Ordinal);
    }

    /// <summary>A second configuration, with a file of the host.</summary>
    private async Task WriteSourceAsync(string file, string source)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        await File.WriteAllTextAsync(PathOf(file), "of the host", Cancellation);
        await File.WriteAllTextAsync(PathOf("extra.yml"), $"files:\n  - path: etc/source\n    source: '{source}'\n    mode: \"0644\"\n", Cancellation);
    }

    private string Write(string style, string path) => style switch
    {
        "drive and backslashes" => Windows.PathOf(PathOf(path)),
        "drive and slashes" => "Z:" + PathOf(path),
        "root of the drive" => Windows.PathOf(PathOf(path))[2..],
        "relative, backslashes" => @".\" + path.Replace('/', '\\'),
        "relative, slashes" => path,
        _ => @"\\?\" + Windows.PathOf(PathOf(path)),
    };
}
