using System.Text.Json;

namespace ReproBuild.Core.Tests;

/// <summary>What messages quote from outside neither commands a terminal nor makes a message long.</summary>
public class ShownTextTests
{
    [Theory]
    [InlineData("plain text, Grüße, 漢字, 🐳", "plain text, Grüße, 漢字, 🐳")]
    [InlineData("\u001b[31mred\u001b[0m", @"\x1b[31mred\x1b[0m")]
    [InlineData("a\0b\nc\rd\te\u007f", @"a\x00b\x0ac\x0dd\x09e\x7f")]
    [InlineData("\u0085\u009b31m", @"\x85\x9b31m")]
    [InlineData("\u202egnp.exe\u2066", @"\u{202e}gnp.exe\u{2066}")]
    [InlineData("a\u2028b\u2029c", @"a\u{2028}b\u{2029}c")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void What_could_command_a_terminal_is_escaped(string? text, string shown) => Assert.Equal(shown, text.Shown());

    [Fact]
    public void Half_of_a_surrogate_pair_is_replaced() => Assert.Equal("a\uFFFDb", new string(['a', '\uD800', 'b']).Shown());

    [Fact]
    public void Long_text_is_cut_and_a_character_never_in_two()
    {
        Assert.Equal(new string('x', ShownText.MaxLength), new string('x', ShownText.MaxLength).Shown());
        Assert.Equal(new string('x', ShownText.MaxLength) + "…", new string('x', 100_000).Shown());
        Assert.Equal(new string('x', ShownText.MaxLength - 1) + "…", (new string('x', ShownText.MaxLength - 1) + "🐳🐳").Shown());
    }

    [Fact]
    public void Names_in_bytes_are_shown_alike()
    {
        Assert.Equal(@"a\x1b\xffb", new ByteString([(byte)'a', 0x1B, 0xFF, (byte)'b']).Shown());
        var whales = string.Concat(Enumerable.Repeat("🐳", 100_000));
        Assert.Equal(whales[..ShownText.MaxLength] + "…", ByteString.FromUtf8(whales).Shown());
    }

    public static TheoryData<string, Action<string>> Quotes => new()
    {
        { "Digest", static text => Digest.Parse(text) },
        { "Platform", static text => Platform.Parse(text) },
        { "ImageReference", static text => ImageReference.Parse(text) },
        { "ImageReference's tag", static text => ImageReference.Parse("a:" + text) },
        { "ImageReference's registry", static text => ImageReference.Parse("a." + text + "/b") },
        { "ImageReference's digest", static text => ImageReference.Parse("a@" + text) },
        { "BuildOptions.Architecture", static text => new BuildOptions { Architecture = text }.Validate() },
        { "BuildOptions.Name", static text => new BuildOptions { Name = text + "/" }.Validate() },
        { "JSON", static text => JsonSerializer.Deserialize<Digest>(JsonSerializer.Serialize(text)) },
    };

    [Theory]
    [MemberData(nameof(Quotes))]
    public void A_message_quotes_safely(string place, Action<string> parse)
    {
        Assert.NotEmpty(place);
        var message = Assert.ThrowsAny<Exception>(() => parse("\u001b[2J\0\n" + new string('x', 100_000))).Message;
        Assert.Contains(@"\x1b[2J\x00\x0a", message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, char.IsControl);
        Assert.True(message.Length < 1000, message);
    }

    [Theory]
    [InlineData("services: [{name: a, image: a, net: \"TEXT\"}]")]
    [InlineData("services: [{name: a, image: a, binds: [\"TEXT\"]}]")]
    [InlineData("services: [{name: a, image: a, tmpfs: [\":TEXT\"]}]")]
    [InlineData("services: [{name: a, image: a, capabilities: [\"TEXT\"]}]")]
    [InlineData("services: [{name: a, image: a, rlimits: [\"TEXT\"]}]")]
    [InlineData("services: [{name: a, image: \"TEXT\"}]")]
    [InlineData("services: [{\"TEXT\": a}]")]
    public void A_configurations_text_is_quoted_safely(string yaml)
    {
        var hostile = @"\e[2J" + new string('x', 10_000);
        var error = Assert.Throws<ConfigurationException>(
            () => LinuxKitConfig.Parse(yaml.Replace("TEXT", hostile, StringComparison.Ordinal), "file.yml"));
        Assert.All(error.Problems, static problem =>
        {
            Assert.DoesNotContain(problem.Message, char.IsControl);
            Assert.True(problem.Message.Length < 1500, problem.Message);
        });
        Assert.Contains(error.Problems, static problem => problem.Message.Contains(@"\x1b[2J", StringComparison.Ordinal));
    }
}
