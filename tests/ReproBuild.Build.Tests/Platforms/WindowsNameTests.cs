namespace ReproBuild.Build.Tests.Platforms;

/// <summary>Names of artifacts on Windows; <c>ArtifactNameTests</c> has every name that is refused.</summary>
[Trait("Speed", "Slow")]
public sealed class WindowsNameTests(PlatformPrograms programs) : WindowsScene(programs)
{
    [Theory]
    [InlineData("aux", "'aux' is a device there")]
    [InlineData("a:b", "it contains ':'")]
    public async Task A_name_that_Windows_cannot_hold_is_refused_before_anything_is_fetched(string name, string problem)
    {
        SkipUnlessItCanRun();

        var result = await BuildAsync("--name", name);

        Assert.Equal((2, $"error: --name '{name}' names a file '{name}.tar', which Windows cannot hold: {problem}. Give another name, which works on every host.\n"), (result.ExitCode, result.Error));
        Assert.False(Directory.Exists(PathOf(Cache)));
        Assert.False(Directory.Exists(PathOf(Output)));
    }

    [Theory]
    [InlineData("a.")]
    [InlineData("auxiliary")]
    [InlineData("grün-機械")]
    public async Task Another_name_is_written_as_it_is_and_listed_as_on_Linux(string name)
    {
        SkipUnlessItCanRun();
        var expected = await ExpectedAsync("--name", name);

        var result = await BuildAsync("--name", name);

        Assert.Equal(expected, result.EnsureSuccess().Output);
        Assert.Contains($"  {name}.tar\n", result.Output, StringComparison.Ordinal);
        Assert.Equal([PathOf($"{Output}/{name}.tar")], Directory.GetFiles(PathOf(Output)));
    }
}
