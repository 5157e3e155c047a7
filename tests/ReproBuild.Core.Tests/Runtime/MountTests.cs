using static ReproBuild.Core.Tests.Runtime.RuntimeFiles;

namespace ReproBuild.Core.Tests.Runtime;

public class MountTests
{
    [Fact]
    public void The_defaults_are_ordered_by_destination()
    {
        var mounts = Config("")["mounts"]!.AsArray().Select(static mount => (string)mount!["destination"]!);
        Assert.Equal(["/dev", "/dev/pts", "/proc", "/sys", "/sys/fs/cgroup"], mounts);
    }

    [Theory]
    [InlineData("/dev", """["nosuid","strictatime","mode=755","size=65536k","ro"]""")]
    [InlineData("/sys", """["nosuid","noexec","nodev","ro"]""")]
    [InlineData("/proc", """["nosuid","nodev","noexec","relatime"]""")]
    public void A_readonly_container_has_dev_and_sys_readonly(string destination, string expected)
    {
        Assert.Equal(expected, JsonText(Mount(Config("readonly: true"), destination)["options"]));
    }

    [Theory]
    [InlineData("/a:/b", "/a", """["rw","rbind","rshared"]""")]
    [InlineData("/a:/b:ro", "/a", """["ro","rbind"]""")]
    [InlineData("/a:/b:ro,private", "/a", """["ro","private","rbind"]""")]
    [InlineData("vol:/b", "/containers/volumes/vol/merged", """["rw","rbind","rshared"]""")]
    [InlineData("fixed:/b:ro", "/containers/volumes/fixed/merged", """["ro","rbind"]""")]
    public void Binds_name_paths_or_volumes(string bind, string source, string options)
    {
        var mount = Mount(Config($"binds: [\"{bind}\"]", volumes: "{name: vol}, {name: fixed, readonly: true}"), "/b");
        Assert.Equal(("bind", source, options), ((string?)mount["type"], (string?)mount["source"], JsonText(mount["options"])));
    }

    [Theory]
    [InlineData("fixed:/b", "the volume 'fixed' is readonly; expected the option ro")]
    [InlineData("fixed:/b:rw", "the volume 'fixed' is readonly")]
    [InlineData("gone:/b", "'gone' is neither an absolute path nor the name of a volume; the volumes: fixed, vol")]
    [InlineData("vul:/b", "'vul' is neither an absolute path nor the name of a volume (did you mean vol?)")]
    public void A_wrong_volume_is_located(string bind, string expected)
    {
        var message = Problems($"binds: [\"{bind}\"]", volumes: "{name: vol}, {name: fixed, readonly: true}");
        Assert.StartsWith("test.yml:3:5: container 'c': binds[0]: ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("binds: [\"/a\"]", "binds[0]: '/a' is not a bind")]
    [InlineData("binds: [\"/a:/b:ro:x\"]", "binds[0]: '/a:/b:ro:x' is not a bind")]
    [InlineData("binds: [\":/b\"]", "binds[0]: ':/b' is not a bind")]
    [InlineData("binds: [\"/a:\"]", "binds[0]: '/a:' is not a bind")]
    [InlineData("binds.add: [\"/a\"]", "binds.add[0]: '/a' is not a bind")]
    [InlineData("tmpfs: [\":size=1m\"]", "tmpfs[0]: ':size=1m' has no destination; expected /destination or /destination:options")]
    public void A_malformed_text_is_located_where_it_is_written(string setting, string expected)
    {
        var column = 24 + setting.IndexOf('[', StringComparison.Ordinal) + 2;
        Assert.StartsWith($"test.yml:3:{column}: services[0].{expected}", Problems(setting), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mounts: [{type: tmpfs, destination: x}]", "/x", "tmpfs")]
    [InlineData("mounts: [{type: tmpfs, destination: ./x/y}]", "/x/y", "tmpfs")]
    [InlineData("tmpfs: [t]", "/t", "tmpfs")]
    [InlineData("binds: [\"/a:b\"]", "/b", "/a")]
    public void A_relative_destination_starts_at_the_root(string setting, string destination, string source)
    {
        Assert.Equal(source, (string?)Mount(Config(setting), destination)["source"]);
    }

    [Theory]
    [InlineData("type: tmpfs, destination: /x", "/x", """{"destination":"/x","source":"tmpfs","type":"tmpfs"}""")]
    [InlineData("type: cgroup2, destination: /sys/fs/cgroup", "/sys/fs/cgroup", """{"destination":"/sys/fs/cgroup","source":"cgroup2","type":"cgroup2"}""")]
    public void A_mount_without_a_source_has_its_type_as_source(string mount, string destination, string expected)
    {
        Assert.Equal(expected, JsonText(Mount(Config($"mounts: [{{{mount}}}]"), destination)));
    }

    [Fact]
    public void Mappings_of_a_mount_have_the_ids_that_are_given()
    {
        var mount = Mount(Config("mounts: [{type: bind, source: /a, destination: /b, options: [rbind], uidmappings: [{containerID: 1, hostID: 2, size: 3}]}]"), "/b");
        Assert.Equal("""[{"containerID":1,"hostID":2,"size":3}]""", JsonText(mount["uidMappings"]));
    }

    [Theory]
    [InlineData("source: /y, destination: /x, options: [rbind, ro]")]
    [InlineData("destination: /x, options: [remount, ro]")]
    public void A_bind_and_a_remount_need_no_type(string mount)
    {
        Assert.Null(Mount(Config($"mounts: [{{{mount}}}]"), "/x")["type"]);
    }

    [Theory]
    [InlineData("/x", """{"destination":"/x","source":"tmpfs","type":"tmpfs"}""")]
    [InlineData("/x:size=1m,mode=1777", """{"destination":"/x","options":["size=1m","mode=1777"],"source":"tmpfs","type":"tmpfs"}""")]
    public void Tmpfs_has_options_after_a_colon(string tmpfs, string expected)
    {
        Assert.Equal(expected, JsonText(Mount(Config($"tmpfs: [\"{tmpfs}\"]"), "/x")));
    }

    [Theory]
    [InlineData("type: proc", "/proc", "proc")]
    [InlineData("source: sysfs", "/sys", "sysfs")]
    [InlineData("destination: /sys/fs/cgroup", "/sys/fs/cgroup", "cgroup")]
    [InlineData("type: devpts, destination: /x", "/x", "devpts")]
    [InlineData("source: mqueue", "/dev/mqueue", "mqueue")]
    [InlineData("type: tmpfs, destination: /dev", "/dev", "tmpfs")]
    [InlineData("destination: /dev", "/dev", "tmpfs")]
    public void What_a_known_file_system_lacks_is_filled_in(string mount, string destination, string type)
    {
        var result = Mount(Config($"mounts: [{{{mount}, options: [x]}}]"), destination);
        Assert.Equal((type, type, """["x"]"""), ((string?)result["type"], (string?)result["source"], JsonText(result["options"])));
    }

    [Theory]
    [InlineData("type: bind, source: vol, destination: /b", """["rw","rbind","rshared"]""")]
    [InlineData("source: vol, destination: /b", """["rw","rbind","rshared"]""")]
    [InlineData("source: vol, destination: /b, options: [ro]", """["ro","rbind"]""")]
    [InlineData("type: bind, source: vol, destination: /b, options: [bind, ro]", """["bind","ro"]""")]
    public void A_mount_may_name_a_volume(string mount, string options)
    {
        var result = Mount(Config($"mounts: [{{{mount}}}]", volumes: "{name: vol}"), "/b");
        Assert.Equal(("bind", "/containers/volumes/vol/merged", options), ((string?)result["type"], (string?)result["source"], JsonText(result["options"])));
    }

    [Theory]
    [InlineData("type: bind, source: gone, destination: /b", "container 'c': mounts[0]: 'gone' is neither an absolute path nor the name of a volume")]
    [InlineData("type: bind, source: vol, destination: /b", "container 'c': mounts[0]: the volume 'vol' is readonly")]
    [InlineData("source: gone, destination: /b", "container 'c': mounts[0]: it has no type; expected a file system such as tmpfs or ext4, or bind, or a source that is the name of a volume: vol")]
    [InlineData("source: /y, destination: /x", "3:34: services[0].mounts[0]: it has no type; expected a file system such as tmpfs or ext4, or bind")]
    [InlineData("destination: /x", "services[0].mounts[0]: it has no type")]
    [InlineData("type: bind, destination: /x", "services[0].mounts[0]: it has no source; expected the path to bind, or the name of a volume")]
    [InlineData("type: ext4, source: /dev/sda", "services[0].mounts[0]: it has no destination; expected an absolute path")]
    public void A_wrong_mount_is_located(string mount, string expected)
    {
        Assert.Contains(expected, Problems($"mounts: [{{{mount}}}]", volumes: "{name: vol, readonly: true}"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mount_on_the_host_needs_a_destination()
    {
        Assert.Contains("services[0].runtime.mounts[0]: it has no destination", Problems("runtime: {mounts: [{type: tmpfs}]}"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_later_mount_replaces_an_earlier_one_at_the_same_destination()
    {
        var config = Config("tmpfs: [/x], binds: [\"/a:/x\", \"/b:/x\"]");
        Assert.Equal("/b", (string?)Mount(config, "/x")["source"]);
        Assert.Equal("tmpfs", (string?)Mount(Config("binds: [\"/a:/x\"], mounts: [{type: tmpfs, source: tmpfs, destination: /x}]"), "/x")["type"]);
    }

    [Fact]
    public void A_writable_root_is_an_overlay_over_a_private_tmpfs()
    {
        Assert.Equal(
            """
            [{"destination":"/containers/services/c/tmp","source":"tmpfs","type":"tmpfs"},
            {"destination":"/containers/services/c/tmp","options":["remount","private"]},
            {"destination":"/containers/services/c/rootfs","options":["lowerdir=/containers/services/c/lower","upperdir=/containers/services/c/tmp/upper","workdir=/containers/services/c/tmp/work"],"source":"overlay","type":"overlay"},
            {"destination":"/rt","source":"tmpfs","type":"tmpfs"}]
            """.ReplaceLineEndings(""),
            JsonText(Create("runtime: {mounts: [{type: tmpfs, source: tmpfs, destination: /rt}]}").Runtime["mounts"]));
    }

    [Fact]
    public void A_readonly_root_is_a_bind()
    {
        Assert.Equal(
            """[{"destination":"/containers/services/c/rootfs","options":["bind"],"source":"/containers/services/c/lower"}]""",
            JsonText(Create("readonly: true").Runtime["mounts"]));
    }
}
