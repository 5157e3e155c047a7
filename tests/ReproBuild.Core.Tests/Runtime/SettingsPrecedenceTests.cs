using ReproBuild.Core.Images;
using static ReproBuild.Core.Tests.Runtime.RuntimeFiles;

namespace ReproBuild.Core.Tests.Runtime;

/// <summary>The YAML entry wins over the label, the label over the image's own configuration.</summary>
public class SettingsPrecedenceTests
{
    private static readonly ImageConfiguration Image = new()
    {
        Platform = Platform.Linux("amd64"),
        Entrypoint = ["/e"],
        Command = ["c"],
        Environment = ["A=1"],
        WorkingDirectory = "/w",
        User = "42",
    };

    [Fact]
    public void The_image_gives_command_environment_and_directory_but_no_user()
    {
        var process = Create("", image: Image).Config["process"]!;
        Assert.Equal("""["/e","c"]""", JsonText(process["args"]));
        Assert.Equal("""["A=1"]""", JsonText(process["env"]));
        Assert.Equal("/w", (string?)process["cwd"]);
        Assert.Equal("""{"gid":0,"uid":0}""", JsonText(process["user"]));
    }

    [Fact]
    public void Without_any_the_directory_is_the_root_and_the_rest_is_absent()
    {
        var process = Config("")["process"]!;
        Assert.Equal("/", (string?)process["cwd"]);
        Assert.All(["args", "env", "rlimits", "noNewPrivileges", "oomScoreAdj"], name => Assert.Null(process[name]));
    }

    [Fact]
    public void The_label_replaces_the_image_and_the_entry_replaces_the_label()
    {
        const string Label = "{command: [l], env: [L=1], cwd: /l, uid: 7}";
        var labelled = Create("", Label, image: Image).Config["process"]!;
        Assert.Equal(("""["l"]""", """["L=1"]""", "/l"), (JsonText(labelled["args"]), JsonText(labelled["env"]), (string?)labelled["cwd"]));
        Assert.Equal(7, (int?)labelled["user"]!["uid"]);
        var own = Create("command: [y], env: [], cwd: /y, uid: 0", Label, image: Image).Config["process"]!;
        Assert.Equal(("""["y"]""", "absent", "/y"), (JsonText(own["args"]), JsonText(own["env"]), (string?)own["cwd"]));
        Assert.Equal(0, (int?)own["user"]!["uid"]);
    }

    [Theory]
    [InlineData("", """["CAP_CHOWN"]""")]
    [InlineData("capabilities.add: [CAP_BPF]", """["CAP_CHOWN","CAP_BPF"]""")]
    [InlineData("capabilities: [CAP_BPF]", """["CAP_BPF"]""")]
    [InlineData("capabilities: []", "absent")]
    public void Add_adds_to_the_labels_list(string settings, string expected)
    {
        Assert.Equal(expected, JsonText(Config(settings, "capabilities: [CAP_CHOWN]")["process"]!["capabilities"]!["effective"]));
    }

    [Fact]
    public void Binds_add_adds_to_the_labels_binds()
    {
        var config = Config("binds.add: [\"/b:/b\"]", "binds: [\"/a:/a\"]");
        Assert.Equal("/a", (string?)Mount(config, "/a")["source"]);
        Assert.Equal("/b", (string?)Mount(config, "/b")["source"]);
    }

    [Fact]
    public void The_runtime_section_is_merged_field_by_field()
    {
        var runtime = Create("runtime: {mkdir: [/y], bindNS: {net: /n}}", "runtime: {mkdir: [/l], cgroups: [l], bindNS: {net: /l, pid: /p}}").Runtime;
        Assert.Equal("""["/y"]""", JsonText(runtime["mkdir"]));
        Assert.Equal("""["l"]""", JsonText(runtime["cgroups"]));
        Assert.Equal(("/n", "/p", ""), ((string?)runtime["bindNS"]!["net"], (string?)runtime["bindNS"]!["pid"], (string?)runtime["bindNS"]!["ipc"]));
    }

    [Fact]
    public void Groups_may_be_names_of_containers()
    {
        Assert.Equal("""{"additionalGids":[5,101],"gid":101,"uid":100}""", JsonText(Config("uid: c, gid: other, additionalGids: [5, other]")["process"]!["user"]));
        Assert.Contains("additionalGids[0]: 'nobody' is not the name of a container", Problems("additionalGids: [nobody]"), StringComparison.Ordinal);
    }
}
