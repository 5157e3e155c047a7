using ReproBuild.Core.Configuration;

namespace ReproBuild.Core.Tests.Configuration;

/// <summary>Plain scalars mean what they mean to LinuxKit's YAML, which is 1.1 in places.</summary>
public class ScalarTests
{
    [Theory]
    [InlineData("true", true)]
    [InlineData("Yes", true)]
    [InlineData("on", true)]
    [InlineData("y", true)]
    [InlineData("false", false)]
    [InlineData("NO", false)]
    [InlineData("off", false)]
    [InlineData("n", false)]
    [InlineData("!!bool true", true)]
    public void Booleans(string text, bool expected)
    {
        Assert.Equal(expected, Container($"readonly: {text}").ReadOnly);
    }

    [Theory]
    [InlineData("on", "on")]
    [InlineData("no", "no")]
    [InlineData("010", "010")]
    [InlineData("1.0", "1.0")]
    [InlineData("0x10", "0x10")]
    [InlineData("'~'", "~")]
    [InlineData("\"a\\tb\"", "a\tb")]
    [InlineData("!!str 5", "5")]
    public void Text_is_what_is_written_even_if_it_looks_like_something_else(string text, string expected)
    {
        Assert.Equal([expected], Container($"command: [{text}]").Command!.Value);
    }

    [Theory]
    [InlineData("100", 100)]
    [InlineData("0144", 100)]
    [InlineData("0o144", 100)]
    [InlineData("0x64", 100)]
    [InlineData("0b1100100", 100)]
    [InlineData("1_00", 100)]
    [InlineData("+100", 100)]
    public void Integers(string text, int expected)
    {
        Assert.Equal(expected, Container($"oomScoreAdj: {text}").OomScoreAdjustment);
    }

    [Theory]
    [InlineData("5", 5u, null)]
    [InlineData("root", 0u, null)]
    [InlineData("web", 0u, "web")]
    [InlineData("\"5\"", 0u, "5")]
    [InlineData("0x10", 16u, null)]
    [InlineData("4294967295", 4294967295u, null)]
    public void Owners(string text, uint number, string? name)
    {
        Assert.Equal(name is null ? new OwnerId(number) : new OwnerId(name), Container($"uid: {text}").UserId);
    }

    [Theory]
    [InlineData("0644", 0b110_100_100)]
    [InlineData("644", 0b110_100_100)]
    [InlineData("\"0644\"", 0b110_100_100)]
    [InlineData("'7777'", 0xFFF)]
    [InlineData("0", 0)]
    public void Modes_are_octal_with_or_without_quotes(string text, int expected)
    {
        Assert.Equal((UnixFileMode)expected, LinuxKitConfig.Parse($"files: [{{path: a, contents: b, mode: {text}}}]", "f.yml").Files[0].Mode);
    }

    [Theory]
    [InlineData("~")]
    [InlineData("null")]
    [InlineData("")]
    public void A_null_value_counts_as_not_given(string text)
    {
        var config = LinuxKitConfig.Parse($"kernel: {text}\ninit: {text}\nservices: [{{name: a, image: b, env: {text}}}]", "f.yml");
        Assert.Null(config.Kernel);
        Assert.Empty(config.Init);
        Assert.Null(config.Services[0].Settings.Environment);
    }

    [Fact]
    public void An_empty_list_is_given()
    {
        Assert.Empty(Container("env: []").Environment!.Value);
    }

    [Fact]
    public void A_quoted_null_is_text()
    {
        Assert.Equal(["null"], Container("env: [\"null\"]").Environment!.Value);
    }

    [Fact]
    public void Block_scalars_keep_their_lines()
    {
        var config = LinuxKitConfig.Parse("files:\n  - path: a\n    contents: |\n      one\n      two\n  - path: b\n    contents: >-\n      one\n      two\n", "f.yml");
        Assert.Equal(["one\ntwo\n", "one two"], config.Files.Select(static file => file.Contents!));
    }

    private static ContainerSettings Container(string settings) =>
        LinuxKitConfig.Parse($"services: [{{name: a, image: b, {settings}}}]", "f.yml").Services[0].Settings;
}
