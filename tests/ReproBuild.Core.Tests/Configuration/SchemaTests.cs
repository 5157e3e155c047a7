using ReproBuild.Core.Configuration;

namespace ReproBuild.Core.Tests.Configuration;

/// <summary>Every key of the schema is read into its place.</summary>
public class SchemaTests
{
    private const string Yaml = """
        kernel: {image: k, cmdline: c, binary: b, tar: t, ucode: u}
        trust: {image: [a], org: [b]}
        services:
          - name: n
            image: i
            capabilities: [CAP_CHOWN]
            capabilities.add: [CAP_KILL]
            ambient: [CAP_BPF]
            mounts: [{destination: /d, type: t, source: s, options: [o], uidmappings: [{containerID: 1, hostID: 2, size: 3}], gidmappings: []}]
            binds: ["/d:/d"]
            binds.add: ["/e:/e"]
            devices: [{path: /p, type: c, major: 1, minor: 2, mode: "0600"}]
            tmpfs: [f]
            command: [g]
            env: [h]
            cwd: /w
            net: /n1
            pid: /n2
            ipc: /n3
            uts: /n4
            userns: /n5
            hostname: host
            readonly: true
            maskedPaths: [m]
            readonlyPaths: [r]
            uid: 1
            gid: two
            additionalGids: [3, four]
            noNewPrivileges: true
            oomScoreAdj: -7
            rootfsPropagation: shared
            cgroupsPath: /cg
            resources: {pids: {limit: 5}}
            sysctl: {a: b}
            rlimits: ["cpu,1,2"]
            uidMappings: [{containerID: 4, hostID: 5, size: 6}]
            gidMappings: []
            annotations: {k: v}
            runtime:
              cgroups: [a]
              mounts: [{destination: /x}]
              mkdir: [b]
              interfaces: [{name: e, add: f, peer: g, createInRoot: true}]
              bindNS: {cgroup: 1, ipc: 2, mnt: 3, net: 4, pid: 5, user: 6, uts: 7}
              namespace: ns
        files:
          - {path: a, source: ~/x, optional: true, mode: "0640", uid: 1, gid: web}
          - {path: b, symlink: t}
          - {path: c, directory: true}
          - {path: d, metadata: json}
        volumes: [{name: v, image: w, readonly: true, format: oci, platforms: [linux/arm64/v8]}]
        """;

    private static readonly LinuxKitConfig Config = LinuxKitConfig.Parse(Yaml, "f.yml");

    private static readonly ContainerSettings Settings = Config.Services[0].Settings;

    [Fact]
    public void Kernel_files_and_volumes()
    {
        var kernel = Config.Kernel!;
        Assert.Equal(("library/k", "c", "b", "t", "u"), (kernel.Image!.Repository, kernel.CommandLine, kernel.Binary, kernel.Tar, kernel.Microcode));
        Assert.Equal(("~/x", true, (UnixFileMode?)0b110_100_000), (Config.Files[0].SourcePath, Config.Files[0].Optional, Config.Files[0].Mode));
        Assert.Equal((new OwnerId(1), new OwnerId("web")), (Config.Files[0].UserId, Config.Files[0].GroupId));
        Assert.Equal(("t", true, FileMetadata.Json), (Config.Files[1].SymbolicLink, Config.Files[2].Directory, Config.Files[3].Metadata));
        var volume = Config.Volumes[0];
        Assert.Equal(("v", "library/w", true, VolumeFormat.Oci), (volume.Name, volume.Image!.Repository, volume.ReadOnly, volume.Format));
        Assert.Equal("linux/arm64/v8", Assert.Single(volume.Platforms).ToString());
    }

    [Fact]
    public void No_setting_is_left_out()
    {
        Assert.All(typeof(ContainerSettings).GetProperties(), static property => Assert.NotNull(property.GetValue(Settings)));
        Assert.All(typeof(RuntimeConfig).GetProperties(), static property => Assert.NotNull(property.GetValue(Settings.Runtime)));
        Assert.All(typeof(MountConfig).GetProperties(), static property => Assert.NotNull(property.GetValue(Settings.Mounts!.Value[0])));
    }

    [Fact]
    public void Settings_of_a_container()
    {
        Assert.Equal(("/n1", "/n2", "/n3", "/n4", "/n5"), (Settings.Net, Settings.Pid, Settings.Ipc, Settings.Uts, Settings.UserNamespace));
        Assert.Equal(["CAP_CHOWN", "CAP_KILL", "CAP_BPF", "/d:/d", "/e:/e", "f", "g", "h", "m", "r", "cpu,1,2"], new[]
        {
            Settings.Capabilities, Settings.CapabilitiesAdd, Settings.Ambient, Settings.Binds, Settings.BindsAdd, Settings.Tmpfs, Settings.Command,
            Settings.Environment, Settings.MaskedPaths, Settings.ReadOnlyPaths, Settings.ResourceLimits,
        }.Select(static list => Assert.Single(list!.Value)));
        Assert.Equal([new OwnerId(3), new OwnerId("four")], Settings.AdditionalGroupIds!.Value);
        Assert.Equal(new IdMapping(4, 5, 6), Assert.Single(Settings.UserIdMappings!.Value));
        Assert.Equal(new IdMapping(1, 2, 3), Assert.Single(Settings.Mounts!.Value[0].UserIdMappings!.Value));
        Assert.Equal("""{"pids":{"limit":5}}""", ResourcesConfig.Section.Write(Settings.Resources!).ToJsonString());
        Assert.Equal(new InterfaceConfig("e", "f", "g", true), Assert.Single(Settings.Runtime!.Interfaces!.Value));
        Assert.Equal(
            new BindNamespaces { Cgroup = "1", Ipc = "2", Mount = "3", Net = "4", Pid = "5", User = "6", Uts = "7" }, Settings.Runtime.BindNamespaces);
    }

    [Fact]
    public void Entries_know_where_they_were_written()
    {
        Assert.Equal(new SourceLocation("f.yml", 4, 5), Config.Services[0].Location);
        Assert.Equal(1, Config.Kernel!.Location!.Line);
        Assert.Equal(47, Config.Files[0].Location!.Line);
    }

    [Fact]
    public void A_file_without_settings_leaves_everything_open()
    {
        var settings = LinuxKitConfig.Parse("services: [{name: n, image: i}]", "f.yml").Services[0].Settings;
        Assert.All(typeof(ContainerSettings).GetProperties(), property => Assert.Null(property.GetValue(settings)));
    }

    [Fact]
    public void A_label_has_no_name_and_no_image()
    {
        var error = Assert.Throws<ConfigurationException>(() => ContainerSettings.ParseLabel("name: a", "label", InputLimits.Default));
        Assert.StartsWith("label:1:1: unknown key 'name'", error.Message, StringComparison.Ordinal);
        Assert.Null(ContainerSettings.ParseLabel("", "label", InputLimits.Default).Command);
    }
}
