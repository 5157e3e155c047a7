using System.Text;

namespace ReproBuild.Core.Tests.Configuration;

/// <summary>What a YAML file may be, and what it may not do.</summary>
public class YamlInputTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("# nothing\n")]
    [InlineData("---\n")]
    [InlineData("--- ~\n...\n")]
    [InlineData("{}")]
    public void An_empty_document_is_an_empty_configuration(string yaml)
    {
        var config = LinuxKitConfig.Parse(yaml, "f.yml");
        Assert.Null(config.Kernel);
        Assert.Empty(config.Init);
        Assert.Empty(config.Services);
    }

    [Fact]
    public void A_second_document_is_an_error()
    {
        Assert.StartsWith("2:1: a second YAML document starts here; expected one document a file", Problems.One("init: [a]\n---\ninit: [b]"), StringComparison.Ordinal);
    }

    [Fact]
    public void JSON_is_read_too()
    {
        Assert.Equal("library/a", LinuxKitConfig.Parse("{\"init\": [\"a\"]}", "f.json").Init[0].Image.Repository);
    }

    [Fact]
    public void A_byte_order_mark_and_windows_line_ends_are_read()
    {
        byte[] utf8 = [0xEF, 0xBB, 0xBF, .. "init:\r\n  - a\r\n  - b\r\n"u8];
        var config = LinuxKitConfig.Parse(utf8, "f.yml");
        Assert.Equal(["library/a", "library/b"], config.Init.Select(static init => init.Image.Repository));
        Assert.Equal(new SourceLocation("f.yml", 3, 5), config.Init[1].Location);
    }

    [Theory]
    [InlineData("|\n      one\n      two\n", "one\ntwo\n")]
    [InlineData("|-\n      one\n\n      two\n", "one\n\ntwo")]
    [InlineData("|+\n      one\n\n", "one\n\n")]
    [InlineData(">\n      one\n      two\n\n      three\n", "one two\nthree\n")]
    [InlineData("\"one\n    two\n\n    three\"\n", "one two\nthree")]
    [InlineData("\"one \\\n    two\"\n", "one two")]
    [InlineData("'one\n    two'\n", "one two")]
    [InlineData("one\n      two\n", "one two")]
    [InlineData("\"one\\r\\n\"\n", "one\r\n")]
    public void Line_ends_of_Windows_give_the_same_text(string contents, string expected)
    {
        var unix = $"files:\n  - path: a\n    contents: {contents}  - path: b\n    contents: c\n";
        foreach (var yaml in (string[])[unix, unix.Replace("\n", "\r\n", StringComparison.Ordinal)])
        {
            var files = LinuxKitConfig.Parse(yaml, "f.yml").Files;
            Assert.Equal((expected, "c"), (files[0].Contents, files[1].Contents));
        }
    }

    [Fact]
    public void Indentation_by_tabs_is_located()
    {
        const string Expected = "the line is indented by a tab, which YAML does not allow; expected spaces";
        Assert.Equal($"2:1: {Expected}", Problems.One("kernel:\n\timage: a\n"));
        Assert.Equal($"3:3: {Expected}", Problems.One("kernel:\n  image: a\n  \tcmdline: b\n"));
    }

    [Theory]
    [InlineData("files:\n    - path: a\n      contents: \"one\\n\n      two\\n\"\n", "one\n two\n")]
    [InlineData("files:\n    - path: a\n      contents: \"one\ntwo\"\n", "one two")]
    [InlineData("files:\n    - path: a\n      contents: \"one\n\n  two \\\n three \\\" four\"\n    - {path: b, contents: \"x\ny\", optional: 1}\n", "one\ntwo three \" four")]
    public void A_quoted_text_may_continue_at_the_indentation_of_its_key_as_in_LinuxKit(string yaml, string expected)
    {
        if (yaml.Contains("optional", StringComparison.Ordinal))
        {
            Assert.StartsWith("8:15: files[1].optional is '1'", Problems.One(yaml), StringComparison.Ordinal);
            yaml = yaml.Replace("optional: 1", "optional: true", StringComparison.Ordinal).Replace("contents: \"x\ny\"", "source: \"x\ny\"", StringComparison.Ordinal);
        }

        Assert.Equal(expected, LinuxKitConfig.Parse(yaml, "f.yml").Files[0].Contents);
    }

    [Theory]
    [InlineData("[cat, -]", "cat", "-")]
    [InlineData("[-, cat]", "-", "cat")]
    [InlineData("[-,-]", "-", "-")]
    [InlineData("[\"a\",\n-,\nb]", "a", "-", "b")]
    [InlineData("[\na,\nb\n]", "a", "b")]
    public void A_flow_sequence_may_hold_a_dash_and_continue_anywhere_as_in_LinuxKit(string command, params string[] expected)
    {
        var yaml = $"services:\n  - name: a\n    image: i\n    command: {command}\n    env: [\uE000]\n    bad: 1\n";
        Assert.StartsWith($"{6 + command.Count('\n')}:5: unknown key 'bad'", Problems.One(yaml), StringComparison.Ordinal);
        var settings = LinuxKitConfig.Parse(yaml.Replace("    bad: 1\n", "", StringComparison.Ordinal), "f.yml").Services[0].Settings;
        Assert.Equal(expected, settings.Command!.Value);
        Assert.Equal(["\uE000"], settings.Environment!.Value);
    }

    [Fact]
    public void What_must_be_read_again_is_limited()
    {
        var yaml = new StringBuilder("services:\n  - name: a\n    image: i\n    command: [");
        for (var i = 0; i < 100_000; i++)
        {
            yaml.Append("-,\n      ");
        }

        Assert.Contains("not valid YAML", Problems.One(yaml.Append(']').ToString()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("init: [a")]
    [InlineData("init: \"a")]
    [InlineData("init: a\n b: c")]
    [InlineData("a: b: c")]
    [InlineData("init: !<")]
    [InlineData("init: \"\\x\"")]
    [InlineData("? [a]\n: b")]
    [InlineData("&")]
    public void What_is_not_YAML_is_located(string yaml)
    {
        Assert.NotEmpty(Problems.Of(yaml));
    }

    [Fact]
    public void What_is_not_UTF8_is_located()
    {
        byte[] utf8 = [.. "init:\n  - a"u8, 0xFF];
        var error = Assert.Throws<ConfigurationException>(() => LinuxKitConfig.Parse(utf8, "f.yml"));
        Assert.Equal("f.yml:2:6: the byte 0xFF is not UTF-8; expected UTF-8 text", error.Message);
    }

    [Fact]
    public void A_control_character_is_located()
    {
        Assert.StartsWith("1:8: the character U+0000 is not allowed in YAML", Problems.One("init: [\0]"), StringComparison.Ordinal);
    }

    [Fact]
    public void Anchors_and_merge_keys_are_resolved()
    {
        const string Yaml = """
            services:
              - &first
                name: a
                image: i
                binds: &binds ["/a:/a"]
              - <<: *first
                name: b
                env: [X=1]
              - {name: c, image: j, binds: *binds}
            """;
        var services = LinuxKitConfig.Parse(Yaml, "f.yml").Services;
        Assert.Equal(["a library/i", "b library/i", "c library/j"], services.Select(static service => $"{service.Name} {service.Image.Repository}"));
        Assert.All(services, static service => Assert.Equal(["/a:/a"], service.Settings.Binds!.Value));
    }

    [Theory]
    [InlineData("init: *gone", "the alias '*gone' has no anchor")]
    [InlineData("init: &a [*a]", "the alias '*a' is inside its own anchor")]
    public void A_wrong_alias_is_an_error(string yaml, string expected)
    {
        Assert.Contains(expected, Problems.One(yaml), StringComparison.Ordinal);
    }

    [Fact]
    public void A_billion_laughs_are_stopped_early()
    {
        var yaml = new StringBuilder("a0: &a0 [lol]\n");
        for (var i = 1; i < 30; i++)
        {
            yaml.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]\n");
        }

        Assert.Contains("aliases repeat too much of the file", Problems.Of(yaml.ToString())[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_is_limited()
    {
        Assert.Contains("nested too deeply; expected at most 64 levels", Problems.Of(new string('[', 100_000))[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Size_is_limited()
    {
        Assert.Contains("the file is too large; expected at most 4194304 bytes (MaxConfigurationSize)", Problems.One("#" + new string('x', 4 * 1024 * 1024)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kernel:\n  image: \"@pkg:./kernel\"", "2:10: ")]
    [InlineData("kernel:\n  image: @pkg:./kernel", "2:10: ")]
    [InlineData("init:\n  - \"@pkg:.\"", "2:5: ")]
    [InlineData("services:\n  - name: a\n    image: '@pkg:dir'", "3:12: ")]
    public void A_package_template_is_reported_as_unsupported_with_its_line(string yaml, string place)
    {
        Assert.StartsWith($"{place}'@pkg:' templates, which name local LinuxKit packages, are not supported", Problems.One(yaml), StringComparison.Ordinal);
    }

    [Fact]
    public void Random_damage_gives_a_configuration_or_located_problems()
    {
        const int Runs = 3000;
        const string Damage = "[]{}:,-&*!|>'\"%@#\n \t\\\0?";
        var random = new Random(20170418);
        var seeds = Directory.GetFiles(Path.Combine(Testing.Conforming.ExpectedTree.DataDirectory, "cases"), "*.yml").Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToArray();
        for (var run = 0; run < Runs; run++)
        {
            var text = (byte[])seeds[run % seeds.Length].Clone();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                text[random.Next(text.Length)] = (byte)Damage[random.Next(Damage.Length)];
            }

            try
            {
                LinuxKitConfig.Parse(text, "f.yml");
            }
            catch (ConfigurationException e)
            {
                Assert.All(e.Problems, static problem => Assert.NotNull(problem.Location));
            }
        }
    }
}
