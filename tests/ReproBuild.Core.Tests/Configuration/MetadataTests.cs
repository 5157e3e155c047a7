using System.Text;
using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
using ReproBuild.Testing.Conforming;

namespace ReproBuild.Core.Tests.Configuration;

public class MetadataTests
{
    public static TheoryData<string> Cases =>
        [.. new[] { "minimal", "options", "files", "labels", "layers", "merge-a", "multiarch", "volumes", "kernelvariants", "ocivolume" }];

    [Fact]
    public async Task The_JSON_has_the_value_that_LinuxKit_writes()
    {
        var config = await Load("files");
        var expected = ExpectedTree.Load("files").JsonFiles["etc/linuxkit.json"];
        var actual = JsonNode.Parse(config.ToJson())!;
        Assert.True(JsonNode.DeepEquals(expected, actual), actual.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task What_is_written_reads_as_the_same_configuration(string name)
    {
        var config = await Load(name);
        var json = config.ToJson();
        var yaml = config.ToYaml();
        Assert.Equal(Text(json), Text(LinuxKitConfig.Parse(yaml, "written.yml").ToJson()));
        Assert.Equal(Text(yaml), Text(LinuxKitConfig.Parse(json, "written.json").ToYaml()));
    }

    [Fact]
    public void References_are_expanded()
    {
        var config = LinuxKitConfig.Parse("kernel: {image: linuxkit/kernel}\ninit: [alpine]\nvolumes: [{name: v, image: busybox}]\nservices: [{name: s, image: nginx}]", "x.yml");
        var json = JsonNode.Parse(config.ToJson())!;
        Assert.Equal("docker.io/linuxkit/kernel:latest", (string?)json["kernel"]!["image"]);
        Assert.Equal("docker.io/library/alpine:latest", (string?)json["init"]![0]);
        Assert.Equal("docker.io/library/busybox:latest", (string?)json["volumes"]![0]!["image"]);
        Assert.Equal("docker.io/library/nginx:latest", (string?)json["services"]![0]!["image"]);
    }

    [Fact]
    public void Nothing_is_an_empty_list_in_YAML_which_LinuxKit_reads_and_null_in_JSON_as_LinuxKit_writes_it()
    {
        var config = LinuxKitConfig.Parse("{}", "x.yml");
        Assert.DoesNotContain("null", Text(config.ToYaml()), StringComparison.Ordinal);
        Assert.Contains("\"onboot\":null", Text(config.ToJson()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0644", "0644")]
    [InlineData("\"0644\"", "0644")]
    [InlineData("644", "644")]
    public void A_mode_is_written_as_it_was_given(string written, string expected)
    {
        var config = LinuxKitConfig.Parse($"files: [{{path: a, contents: b, mode: {written}}}]", "x.yml");
        Assert.Equal(expected, (string?)JsonNode.Parse(config.ToJson())!["files"]![0]!["mode"]);
    }

    [Fact]
    public void Text_that_YAML_would_take_for_something_else_is_quoted()
    {
        string[] texts = ["on", "No", "null", "~", "1", "0x1", "1e3", "", " a", "a: b", "# c", "- d", "a\nb", "\u0001\u0085\u2028\uFEFF", "é", "'", "\"", "@x", "*a", "&b", "{", "2001-01-01"];
        var config = new LinuxKitConfig
        {
            Services = [new ContainerConfig { Name = "s", Image = ImageReference.Parse("alpine"), Settings = new ContainerSettings { Environment = [.. texts] } }],
        };
        var read = LinuxKitConfig.Parse(config.ToYaml(), "written.yml");
        Assert.Equal(texts, read.Services[0].Settings.Environment!.Value);
    }

    [Fact]
    public void The_YAML_is_in_block_style_with_ordered_keys()
    {
        var config = LinuxKitConfig.Parse("init: [alpine]\nfiles: [{path: etc/x, contents: \"a b\", uid: 7, mode: \"0640\"}]", "x.yml");
        Assert.Equal(
            """
            files:
              - contents: "a b"
                directory: false
                mode: "0640"
                optional: false
                path: etc/x
                uid: 7
            init:
              - "docker.io/library/alpine:latest"
            kernel:
              image: ""
            onboot: []
            onshutdown: []
            services: []
            volumes: []

            """.ReplaceLineEndings("\n"),
            Text(config.ToYaml()));
    }

    private static string Text(byte[] utf8) => Encoding.UTF8.GetString(utf8);

    private static Task<LinuxKitConfig> Load(string name) =>
        LinuxKitConfig.LoadAsync([Path.Combine(ExpectedTree.DataDirectory, "cases", $"{name}.yml")], cancellationToken: TestContext.Current.CancellationToken);
}
