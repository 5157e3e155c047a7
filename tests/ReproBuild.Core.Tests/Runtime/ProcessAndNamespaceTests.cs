using static ReproBuild.Core.Tests.Runtime.RuntimeFiles;

namespace ReproBuild.Core.Tests.Runtime;

public class ProcessAndNamespaceTests
{
    [Theory]
    [InlineData("", """[{"type":"pid"},{"type":"mount"}]""")]
    [InlineData("net: none, pid: host", """[{"type":"network"},{"type":"mount"}]""")]
    [InlineData("net: new, ipc: new, uts: new, pid: new, userns: new", """[{"type":"network"},{"type":"ipc"},{"type":"uts"},{"type":"pid"},{"type":"user"},{"type":"mount"}]""")]
    [InlineData("net: root, ipc: host, uts: root, pid: root, userns: host", """[{"type":"mount"}]""")]
    [InlineData("net: /run/netns/n", """[{"path":"/run/netns/n","type":"network"},{"type":"pid"},{"type":"mount"}]""")]
    public void Namespaces_are_in_a_fixed_order(string settings, string expected)
    {
        Assert.Equal(expected, JsonText(Config(settings)["linux"]!["namespaces"]));
    }

    [Theory]
    [InlineData("net: hots", "net: 'hots' names no namespace (did you mean host?); expected host, new, none, or an absolute path")]
    [InlineData("net: run/netns/x", "net: 'run/netns/x' names no namespace")]
    [InlineData("pid: none", "pid: 'none' names no namespace; expected host, new, or an absolute path")]
    public void A_mistyped_namespace_is_located(string settings, string expected)
    {
        Assert.Contains(expected, Problems(settings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nofile,1,2", """[{"hard":2,"soft":1,"type":"RLIMIT_NOFILE"}]""")]
    [InlineData("RLIMIT_CPU, 1, unlimited", """[{"hard":18446744073709551615,"soft":1,"type":"RLIMIT_CPU"}]""")]
    public void Limits_have_a_prefix_and_exact_numbers(string limit, string expected)
    {
        Assert.Equal(expected, JsonText(Config($"rlimits: [\"{limit}\"]")["process"]!["rlimits"]));
    }

    [Theory]
    [InlineData("nofiles,1,2", "'nofiles' of 'nofiles,1,2' is not a resource limit of Linux (did you mean RLIMIT_NOFILE?); expected one of RLIMIT_AS,")]
    [InlineData("nofile,1", "'nofile,1' is not a limit; expected name,soft,hard")]
    [InlineData("nofile,-1,2", "'nofile,-1,2' is not a limit")]
    [InlineData("nofile,1,18446744073709551616", "is not a limit")]
    public void A_wrong_limit_is_located(string limit, string expected)
    {
        Assert.StartsWith("test.yml:3:35: services[0].rlimits[0]: ", Problems($"rlimits: [\"{limit}\"]"), StringComparison.Ordinal);
        Assert.Contains(expected, Problems($"rlimits: [\"{limit}\"]"), StringComparison.Ordinal);
    }

    [Fact]
    public void Devices_are_made_and_allowed()
    {
        var linux = Config("devices: [{path: /dev/x, type: c, major: 5, minor: 0, mode: \"0660\"}, {path: all, type: b}], resources: {devices: [{allow: false, access: rwm}]}")["linux"]!;
        Assert.Equal("""[{"fileMode":432,"major":5,"minor":0,"path":"/dev/x","type":"c"}]""", JsonText(linux["devices"]));
        Assert.Equal(
            """[{"access":"rwm","allow":false},{"access":"rwm","allow":true,"major":5,"minor":0,"type":"c"},{"access":"rwm","allow":true,"type":"b"}]""",
            JsonText(linux["resources"]!["devices"]));
        Assert.Contains("services[0].devices[0]: '/dev/x' has no type", Problems("devices: [{path: /dev/x, major: 1}]"), StringComparison.Ordinal);
    }

    [Fact]
    public void Large_numbers_of_resources_stay_exact()
    {
        Assert.Equal("""{"limit":9223372036854775807}""", JsonText(Config("resources: {memory: {limit: 9223372036854775807}}")["linux"]!["resources"]!["memory"]));
    }

    [Fact]
    public void What_is_empty_is_left_out()
    {
        var config = Config("sysctl: {}, annotations: {}, maskedPaths: [], hostname: \"\", noNewPrivileges: false");
        Assert.Equal(["linux", "mounts", "ociVersion", "process", "root"], config.AsObject().Select(static pair => pair.Key));
        Assert.Equal(["namespaces", "resources"], config["linux"]!.AsObject().Select(static pair => pair.Key));
        Assert.Equal("""{"path":"rootfs"}""", JsonText(config["root"]));
    }

    [Fact]
    public void Mappings_have_the_ids_that_are_given()
    {
        Assert.Equal("""[{"containerID":1,"hostID":2,"size":10}]""", JsonText(Config("uidMappings: [{containerID: 1, hostID: 2, size: 10}]")["linux"]!["uidMappings"]));
    }
}
