using System.Collections.Immutable;
using System.Text;
using ReproBuild.Core.Configuration;

namespace ReproBuild.Core.Tests.Configuration;

/// <summary>What YAML can say, code can say too, and it is held to the same rules.</summary>
public class CodeTests
{
    private const string Yaml = """
        kernel: {image: k, cmdline: c, binary: b, tar: t, ucode: u}
        init: [i]
        onboot: [{name: first, image: a}]
        services:
          - name: web
            image: i
            capabilities: [all]
            mounts: [{destination: /d, type: t, source: s, options: [o], uidmappings: [{containerID: 1, hostID: 2, size: 3}]}]
            binds.add: ["v:/v:ro"]
            devices: [{path: /p, type: c, major: 1, minor: 2, mode: "0600"}]
            command: [g]
            env: []
            net: none
            readonly: true
            uid: 1
            gid: first
            oomScoreAdj: -7
            resources:
              devices: [{allow: true, type: c, access: rwm}]
              memory: {limit: -1, swappiness: 60}
              cpu: {shares: 18446744073709551615, cpus: 0-2}
              pids: {limit: 5}
              blockIO: {weight: 10, throttleReadBpsDevice: [{major: 8, minor: 0, rate: 600}]}
              hugepageLimits: [{pageSize: 2MB, limit: 9}]
              network: {priorities: [{name: eth0, priority: 4}]}
              rdma: {mlx: {hcaHandles: 3}}
              unified: {memory.high: "5"}
            sysctl: {a: b}
            runtime:
              cgroups: [systemd]
              mounts: [{destination: /x}]
              interfaces: [{name: e, add: f}]
              bindNS: {net: /run/netns/x}
        files:
          - {path: a, source: ~/x, optional: true, mode: "0640", uid: 1, gid: web}
          - {path: b, symlink: t}
          - {path: c, directory: true}
          - {path: d, metadata: json}
          - {path: e, contents: ""}
        volumes: [{name: v, image: w, readonly: true, format: oci, platforms: [linux/arm64/v8]}]
        """;

    private static LinuxKitConfig Made => new()
    {
        Kernel = new KernelConfig { Image = ImageReference.Parse("k"), CommandLine = "c", Binary = "b", Tar = "t", Microcode = "u" },
        Init = [new InitConfig(ImageReference.Parse("i"))],
        OnBoot = [new ContainerConfig { Name = "first", Image = ImageReference.Parse("a") }],
        Services = [new ContainerConfig { Name = "web", Image = ImageReference.Parse("i"), Settings = Settings }],
        Files =
        [
            new FileConfig
            {
                Path = "a",
                SourcePath = "~/x",
                Optional = true,
                Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
                UserId = new OwnerId(1),
                GroupId = new OwnerId("web"),
            },
            new FileConfig { Path = "b", SymbolicLink = "t" },
            new FileConfig { Path = "c", Directory = true },
            new FileConfig { Path = "d", Metadata = FileMetadata.Json },
            new FileConfig { Path = "e", Contents = "" },
        ],
        Volumes = [new VolumeConfig { Name = "v", Image = ImageReference.Parse("w"), ReadOnly = true, Format = VolumeFormat.Oci, Platforms = [new Platform("linux", "arm64", "v8")] }],
    };

    private static ContainerSettings Settings => new()
    {
        Capabilities = ["all"],
        Mounts = [new MountConfig { Destination = "/d", Type = "t", Source = "s", Options = ["o"], UserIdMappings = [new IdMapping(1, 2, 3)] }],
        BindsAdd = ["v:/v:ro"],
        Devices = [new DeviceConfig { Path = "/p", Type = "c", Major = 1, Minor = 2, Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite }],
        Command = ["g"],
        Environment = [],
        Net = "none",
        ReadOnly = true,
        UserId = new OwnerId(1),
        GroupId = new OwnerId("first"),
        OomScoreAdjustment = -7,
        Resources = Resources,
        Sysctl = ImmutableSortedDictionary.CreateRange([KeyValuePair.Create("a", "b")]),
        Runtime = new RuntimeConfig
        {
            Cgroups = ["systemd"],
            Mounts = [new MountConfig { Destination = "/x" }],
            Interfaces = [new InterfaceConfig("e", "f")],
            BindNamespaces = new BindNamespaces { Net = "/run/netns/x" },
        },
    };

    private static ResourcesConfig Resources => new()
    {
        Devices = [new DeviceRule { Allow = true, Type = "c", Access = "rwm" }],
        Memory = new MemoryResources { Limit = -1, Swappiness = 60 },
        Cpu = new CpuResources { Shares = ulong.MaxValue, Cpus = "0-2" },
        Pids = new PidsResources(5),
        BlockIO = new BlockIOResources { Weight = 10, ThrottleReadBpsDevice = [new BlockDeviceRate(8, 0, 600)] },
        HugepageLimits = [new HugepageLimit("2MB", 9)],
        Network = new NetworkResources { Priorities = [new NetworkPriority("eth0", 4)] },
        Rdma = ImmutableSortedDictionary.CreateRange([KeyValuePair.Create("mlx", new RdmaResources { HcaHandles = 3 })]),
        Unified = ImmutableSortedDictionary.CreateRange([KeyValuePair.Create("memory.high", "5")]),
    };

    [Fact]
    public void Everything_can_be_made()
    {
        Made.Validate();
        Assert.Equal(Text(LinuxKitConfig.Parse(Yaml, "f.yml")), Text(Made));
    }

    [Fact]
    public void Equal_contents_are_equal()
    {
        var parsed = LinuxKitConfig.Parse(Yaml, "f.yml");
        Assert.Equal(Made, Made);
        Assert.Equal(Made.GetHashCode(), Made.GetHashCode());
        Assert.Equal(parsed, LinuxKitConfig.Parse(Yaml, "f.yml"));
        Assert.Equal(parsed.Services[0].Settings, Made.Services[0].Settings);
        Assert.NotEqual(parsed, LinuxKitConfig.Parse(Yaml, "other.yml"));
        Assert.NotEqual(Settings, Settings with { Environment = ["A=b"] });
        Assert.NotEqual(Resources, Resources with { Rdma = Resources.Rdma!.Clear() });
        Assert.NotEqual(Made, Made with { Volumes = [] });
    }

    [Fact]
    public void The_rules_of_YAML_hold()
    {
        var service = Made.Services[0];
        AssertProblem("services[0].oomScoreAdj: it is 1001; expected a whole number from -1000 to 1000", Settings with { OomScoreAdjustment = 1001 });
        AssertProblem("services[0].devices[0].type: it is 'd'; expected b, c, u, p or a", Settings with { Devices = [new DeviceConfig { Path = "x", Type = "d" }] });
        AssertProblem("services[0].devices[0].path: it is empty; expected text", Settings with { Devices = [new DeviceConfig { Path = "" }] });
        AssertProblem(
            "services[0].resources.memory.limit: it is -2; expected a whole number from -1 to 9223372036854775807",
            Settings with { Resources = new ResourcesConfig { Memory = new MemoryResources { Limit = -2 } } });
        Assert.Equal(
            "init[0]: it is null; expected an image reference",
            Assert.Throws<ConfigurationException>(() => (Made with { Init = [new InitConfig(null!)] }).Validate()).Message);
        AssertProblem("services[0].env[0] is null; expected text", Settings with { Environment = [null!] });
        AssertProblem(
            "services[0].env is an ImmutableArray that was never made; expected one such as [], or null",
            Settings with { Environment = default(ImmutableArray<string>) });
        Assert.Equal("services[0] is null; expected a mapping", Assert.Throws<ConfigurationException>(() => (Made with { Services = [null!] }).Validate()).Message);
        Assert.Equal(
            "services[0] has no 'name'; expected one",
            Assert.Throws<ConfigurationException>(() => (Made with { Services = [service with { Name = null! }] }).Validate()).Message);
    }

    [Fact]
    public void A_list_that_was_never_made_is_empty()
    {
        var config = new LinuxKitConfig { Services = default, Volumes = [new VolumeConfig { Name = "v", Platforms = default }] };
        Assert.Empty(config.Services);
        Assert.Empty(config.Volumes[0].Platforms);
    }

    [Fact]
    public void A_mode_that_code_changes_is_the_mode_that_is_written()
    {
        var file = LinuxKitConfig.Parse("files: [{path: a, contents: b, mode: 644}]", "f.yml").Files[0] with { Mode = UnixFileMode.UserRead };
        Assert.Contains("\"mode\":\"0400\"", Text(new LinuxKitConfig { Files = [file] }), StringComparison.Ordinal);
    }

    private static void AssertProblem(string expected, ContainerSettings settings)
    {
        var config = Made with { Services = [new ContainerConfig { Name = "web", Image = ImageReference.Parse("i"), Settings = settings }] };
        Assert.Equal(expected, Assert.Throws<ConfigurationException>(config.Validate).Message);
    }

    private static string Text(LinuxKitConfig config) => Encoding.UTF8.GetString(config.ToJson());
}
