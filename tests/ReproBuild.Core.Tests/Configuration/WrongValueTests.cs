namespace ReproBuild.Core.Tests.Configuration;

public class WrongValueTests
{
    [Theory]
    [InlineData("[]", "1:1: the file is a list; expected a mapping")]
    [InlineData("text", "1:1: the file is 'text'; expected a mapping")]
    [InlineData("kernel: []", "1:9: kernel is a list; expected a mapping")]
    [InlineData("init: alpine", "1:7: init is 'alpine'; expected a list")]
    [InlineData("init: [{image: alpine}]", "1:8: init[0] is a mapping; expected text")]
    [InlineData("init: [~]", "1:8: init[0] is empty; expected text")]
    [InlineData("services: {name: a}", "1:11: services is a mapping; expected a list")]
    [InlineData("services: [a]", "1:12: services[0] is 'a'; expected a mapping")]
    [InlineData("services: [{name: a, image: b, readonly: maybe}]", "1:42: services[0].readonly is 'maybe'; expected true or false")]
    [InlineData("services: [{name: a, image: b, readonly: \"true\"}]", "1:42: services[0].readonly is the text 'true'; expected true or false")]
    [InlineData("services: [{name: a, image: b, oomScoreAdj: 1001}]", "1:45: services[0].oomScoreAdj is '1001'; expected a whole number from -1000 to 1000")]
    [InlineData("services: [{name: a, image: b, oomScoreAdj: 1.5}]", "1:45: services[0].oomScoreAdj is '1.5'; expected a whole number from -1000 to 1000")]
    [InlineData("services: [{name: a, image: b, capabilities: all}]", "1:46: services[0].capabilities is 'all'; expected a list")]
    [InlineData("services: [{name: a, image: b, sysctl: [x]}]", "1:40: services[0].sysctl is a list; expected a mapping")]
    [InlineData("services: [{name: a, image: b, uid: -1}]", "1:37: services[0].uid is '-1'; expected a number from 0 to 4294967295, root, or the name of a container")]
    [InlineData("services: [{name: a, image: b, uid: 4294967296}]", "1:37: services[0].uid is '4294967296'; expected a number from 0 to 4294967295")]
    [InlineData("services: [{name: a, image: b, gid: true}]", "1:37: services[0].gid is 'true'; expected a number")]
    [InlineData("services: [{name: a, image: b, additionalGids: [1.5]}]", "1:49: services[0].additionalGids[0] is '1.5'; expected a number")]
    [InlineData("services: [{name: a, image: b, devices: [{path: /x, type: d}]}]", "1:59: services[0].devices[0].type is 'd'; expected b, c, u, p or a")]
    [InlineData("services: [{name: a, image: b, resources: {memory: {limit: lots}}}]", "1:60: services[0].resources.memory.limit is 'lots'; expected a whole number from -1 to 9223372036854775807")]
    [InlineData("files: [{path: a, metadata: toml}]", "1:29: files[0].metadata is 'toml'; expected yaml or json")]
    [InlineData("volumes: [{name: a, format: tar}]", "1:29: volumes[0].format is 'tar'; expected filesystem or oci")]
    [InlineData("volumes: [{name: a, platforms: [amd64]}]", "1:33: volumes[0].platforms[0] is 'amd64'; expected os/architecture")]
    public void Are_located_with_what_was_expected(string yaml, string expected)
    {
        Assert.Contains(Problems.Of(yaml), problem => problem.StartsWith(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("8")]
    [InlineData("0o644")]
    [InlineData("\"10000\"")]
    [InlineData("rwx")]
    [InlineData("-1")]
    [InlineData("0x1ff")]
    [InlineData("[]")]
    public void A_mode_must_be_octal(string mode)
    {
        var problem = Problems.One($"files: [{{path: a, contents: b, mode: {mode}}}]");
        Assert.StartsWith("1:38: files[0].mode is ", problem, StringComparison.Ordinal);
        Assert.EndsWith("expected a file mode in octal, such as \"0644\", at most \"7777\"", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("services: [{image: b}]", "1:12: services[0] has no 'name'; expected one")]
    [InlineData("services: [{name: a}]", "1:12: services[0] has no 'image'; expected one")]
    [InlineData("services: [{name: a, image: }]", "1:12: services[0] has no 'image'; expected one")]
    [InlineData("volumes: [{image: b}]", "1:11: volumes[0] has no 'name'; expected one")]
    [InlineData("files: [{contents: b}]", "1:9: files[0] has no 'path'; expected one")]
    [InlineData("services: [{name: a, image: b, devices: [{type: c}]}]", "1:42: services[0].devices[0] has no 'path'; expected one")]
    public void A_missing_key_is_located_at_its_mapping(string yaml, string expected)
    {
        Assert.Contains(expected, Problems.Of(yaml));
    }

    [Theory]
    [InlineData("services: [{name: \"\", image: b}]", "services[0].name: the name becomes the name of a directory")]
    [InlineData("services: [{name: a/b, image: b}]", "services[0].name: the name becomes the name of a directory")]
    [InlineData("services: [{name: .., image: b}]", "services[0].name: the name becomes the name of a directory")]
    [InlineData("volumes: [{name: A}]", "volumes[0].name: not a volume's name; expected 1 to 255 of the characters a to z, 0 to 9, '_' and '-'")]
    [InlineData("volumes: [{name: \"\"}]", "volumes[0].name: not a volume's name")]
    [InlineData("files: [{path: /, contents: b}]", "files[0].path: the path is empty")]
    [InlineData("files: [{path: a/../b, contents: b}]", "files[0].path: the path has a component '..'")]
    [InlineData("files: [{path: a}]", "files[0]: it has no content; expected exactly one of contents, source, metadata, symlink and directory")]
    [InlineData("files: [{path: a, contents: b, symlink: c}]", "files[0]: it has contents and symlink; expected exactly one")]
    [InlineData("files: [{path: a, contents: \"\", directory: true}]", "files[0]: it has contents and directory; expected exactly one")]
    [InlineData("init: [UPPER/case:1:2]", "init[0]: 'UPPER/case:1:2' is not an image reference")]
    [InlineData("init: [\"\"]", "init[0]: '' is not an image reference")]
    [InlineData("kernel: {image: \"a b\"}", "kernel.image: 'a b' is not an image reference")]
    [InlineData("services: [{name: s, image: i, resources: {hugepageLimits: [{pageSize: 2, limit: 1}]}}]", "1:72: services[0].resources.hugepageLimits[0].pageSize: '2' is not a page size, such as 2MB; expected a number with KB, MB or GB, such as 2MB or 1GB")]
    [InlineData("services: [{name: s, image: i, resources: {hugepageLimits: [{pageSize: 1g, limit: 1}]}}]", "'1g' is not a page size, such as 1GB")]
    [InlineData("services: [{name: s, image: i, resources: {hugepageLimits: [{pageSize: 2MiB, limit: 1}]}}]", "'2MiB' is not a page size, such as 2MB")]
    [InlineData("services: [{name: s, image: i, devices: [{path: /dev/x}]}]", "services[0].devices[0]: '/dev/x' has no type; expected b, c, u or p")]
    public void Values_have_rules_of_their_own(string yaml, string expected)
    {
        Assert.Contains(expected, Problems.One(yaml), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("services:\n  - {name: a, image: b}\n  - {name: a, image: c}", "3:5: the service name 'a' is used twice, first at f.yml:2:5; expected a name of its own for every service")]
    [InlineData("volumes:\n  - {name: a}\n  - {name: a}", "3:5: the volume name 'a' is used twice, first at f.yml:2:5; expected a name of its own for every volume")]
    [InlineData("init: [a]\ninit: [b]", "2:1: the key 'init' is given twice, first at f.yml:1:1; expected it once")]
    [InlineData("kernel:\n  image: a\n  image: b", "3:3: the key 'image' is given twice, first at f.yml:2:3; expected it once")]
    public void Duplicates_name_the_first(string yaml, string expected)
    {
        Assert.Equal(expected, Problems.One(yaml));
    }

    [Fact]
    public void Two_onboot_containers_may_share_a_name()
    {
        Assert.Equal(2, LinuxKitConfig.Parse("onboot: [{name: a, image: b}, {name: a, image: c}]", "f.yml").OnBoot.Length);
    }

    [Fact]
    public void All_problems_come_at_once_in_the_order_of_the_file()
    {
        const string Yaml = """
            kernel:
              imag: k
            init: alpine
            services:
              - name: a
                image: b
                readonly: perhaps
              - name: a
                image: c
                uid: -5
            files:
              - path: x
                mode: "999"
                contents: y
            """;
        string[] expected = ["2:3: unknown key 'imag'", "3:7: init is 'alpine'", "7:15: services[0].readonly", "8:5: the service name 'a'", "10:10: services[1].uid", "13:11: files[0].mode"];
        var problems = Problems.Of(Yaml);
        Assert.Equal(expected, problems.Zip(expected, static (problem, start) => problem.StartsWith(start, StringComparison.Ordinal) ? start : problem));
        Assert.Equal(expected.Length, problems.Length);
    }

    [Fact]
    public void A_hundred_problems_are_enough()
    {
        var problems = Problems.Of("init: [" + string.Join(", ", Enumerable.Repeat("[]", 300)) + "]");
        Assert.Equal(101, problems.Length);
        Assert.Contains("only the first 100 are listed", problems[^1], StringComparison.Ordinal);
    }
}
