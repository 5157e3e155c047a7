using System.Collections.Immutable;
using ReproBuild.Core.Configuration;

namespace ReproBuild.PublicApi.Tests.Custom;

/// <summary>Everything that YAML can say can be said in code, with the public API only, and builds the same bytes.</summary>
public sealed class WholeConfigurationTests
{
    private const string Yaml = """
        kernel: {image: example/kernel:1, cmdline: quiet, ucode: ucode.cpio, tar: none}
        init: ["example/init:1"]
        volumes: [{name: data, image: "example/init:1", readonly: true, format: filesystem, platforms: [linux/amd64]}]
        onboot: [{name: first, image: "example/init:1"}]
        onshutdown: [{name: last, image: "example/init:1"}]
        services:
          - name: web
            image: example/init:1
            capabilities: [CAP_CHOWN]
            capabilities.add: [CAP_KILL]
            ambient: [CAP_CHOWN]
            mounts:
              - {destination: /m, type: bind, source: /s, options: [rbind], uidMappings: [{containerID: 1, hostID: 2, size: 3}], gidMappings: [{containerID: 4, hostID: 5, size: 6}]}
            binds: ["/a:/a"]
            binds.add: ["data:/data:ro"]
            devices: [{path: /dev/x, type: c, major: 1, minor: 2, mode: "0600"}]
            tmpfs: ["/t:size=1k"]
            command: [run]
            env: [A=b]
            cwd: /w
            net: none
            pid: host
            ipc: host
            uts: host
            userns: host
            hostname: h
            readonly: true
            maskedPaths: [/p]
            readonlyPaths: [/q]
            uid: 1
            gid: first
            additionalGids: [7]
            noNewPrivileges: true
            oomScoreAdj: -7
            rootfsPropagation: shared
            cgroupsPath: /c
            sysctl: {a: b}
            rlimits: ["nofile,1,2"]
            uidMappings: [{containerID: 0, hostID: 1, size: 2}]
            gidMappings: [{containerID: 0, hostID: 3, size: 4}]
            annotations: {k: v}
            resources:
              devices: [{allow: true, type: c, major: 1, minor: 2, access: rwm}]
              memory: {limit: 10, reservation: 9, swap: 8, kernel: 7, kernelTCP: 6, swappiness: 60, disableOOMKiller: true, useHierarchy: true, checkBeforeUpdate: true}
              cpu: {shares: 1, quota: 2, burst: 3, period: 4, realtimeRuntime: 5, realtimePeriod: 6, cpus: 0-2, mems: "0", idle: 1}
              pids: {limit: 5}
              blockIO:
                weight: 10
                leafWeight: 11
                weightDevice: [{major: 8, minor: 0, weight: 12, leafWeight: 13}]
                throttleReadBpsDevice: [{major: 8, minor: 0, rate: 1}]
                throttleWriteBpsDevice: [{major: 8, minor: 0, rate: 2}]
                throttleReadIOPSDevice: [{major: 8, minor: 0, rate: 3}]
                throttleWriteIOPSDevice: [{major: 8, minor: 0, rate: 4}]
              hugepageLimits: [{pageSize: 2MB, limit: 9}]
              network: {classID: 1, priorities: [{name: eth0, priority: 4}]}
              rdma: {mlx: {hcaHandles: 3, hcaObjects: 4}}
              unified: {memory.high: "5"}
            runtime:
              cgroups: [systemd]
              mounts: [{destination: /x, type: tmpfs}]
              mkdir: [/y]
              interfaces: [{name: eth1, add: veth, peer: p, createInRoot: true}]
              bindNS: {cgroup: /n/c, ipc: /n/i, mnt: /n/m, net: /n/n, pid: /n/p, user: /n/u, uts: /n/h}
              namespace: ns
        files:
          - {path: etc/config.yml, metadata: yaml}
          - {path: etc/missing, source: there-is-no-such-file, optional: true}
        """;

    private static LinuxKitConfig Made => new()
    {
        Kernel = new KernelConfig { Image = Reference("kernel"), CommandLine = "quiet", Microcode = "ucode.cpio", Tar = "none" },
        Init = [new InitConfig(Reference("init"))],
        Volumes = [new VolumeConfig { Name = "data", Image = Reference("init"), ReadOnly = true, Format = VolumeFormat.FileSystem, Platforms = [Platform.Linux("amd64")] }],
        OnBoot = [new ContainerConfig { Name = "first", Image = Reference("init") }],
        OnShutdown = [new ContainerConfig { Name = "last", Image = Reference("init") }],
        Services = [new ContainerConfig { Name = "web", Image = Reference("init"), Settings = Settings }],
        Files =
        [
            new FileConfig { Path = "etc/config.yml", Metadata = FileMetadata.Yaml },
            new FileConfig { Path = "etc/missing", SourcePath = "there-is-no-such-file", Optional = true },
        ],
    };

    private static ContainerSettings Settings => new()
    {
        Capabilities = ["CAP_CHOWN"],
        CapabilitiesAdd = ["CAP_KILL"],
        Ambient = ["CAP_CHOWN"],
        Mounts =
        [
            new MountConfig
            {
                Destination = "/m", Type = "bind", Source = "/s", Options = ["rbind"], UserIdMappings = [new IdMapping(1, 2, 3)], GroupIdMappings = [new IdMapping(4, 5, 6)],
            },
        ],
        Binds = ["/a:/a"],
        BindsAdd = ["data:/data:ro"],
        Devices = [new DeviceConfig { Path = "/dev/x", Type = "c", Major = 1, Minor = 2, Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite }],
        Tmpfs = ["/t:size=1k"],
        Command = ["run"],
        Environment = ["A=b"],
        WorkingDirectory = "/w",
        Net = "none",
        Pid = "host",
        Ipc = "host",
        Uts = "host",
        UserNamespace = "host",
        Hostname = "h",
        ReadOnly = true,
        MaskedPaths = ["/p"],
        ReadOnlyPaths = ["/q"],
        UserId = new OwnerId(1),
        GroupId = new OwnerId("first"),
        AdditionalGroupIds = [new OwnerId(7)],
        NoNewPrivileges = true,
        OomScoreAdjustment = -7,
        RootFileSystemPropagation = "shared",
        CgroupsPath = "/c",
        Resources = Resources,
        Sysctl = Map("a", "b"),
        ResourceLimits = ["nofile,1,2"],
        UserIdMappings = [new IdMapping(ContainerId: 0, HostId: 1, Size: 2)],
        GroupIdMappings = [new IdMapping(0, 3, 4)],
        Annotations = Map("k", "v"),
        Runtime = new RuntimeConfig
        {
            Cgroups = ["systemd"],
            Mounts = [new MountConfig { Destination = "/x", Type = "tmpfs" }],
            Mkdir = ["/y"],
            Interfaces = [new InterfaceConfig("eth1", "veth", Peer: "p", CreateInRoot: true)],
            BindNamespaces = new BindNamespaces { Cgroup = "/n/c", Ipc = "/n/i", Mount = "/n/m", Net = "/n/n", Pid = "/n/p", User = "/n/u", Uts = "/n/h" },
            Namespace = "ns",
        },
    };

    private static ResourcesConfig Resources => new()
    {
        Devices = [new DeviceRule { Allow = true, Type = "c", Major = 1, Minor = 2, Access = "rwm" }],
        Memory = new MemoryResources
        {
            Limit = 10, Reservation = 9, Swap = 8, Kernel = 7, KernelTcp = 6, Swappiness = 60, DisableOomKiller = true, UseHierarchy = true, CheckBeforeUpdate = true,
        },
        Cpu = new CpuResources { Shares = 1, Quota = 2, Burst = 3, Period = 4, RealtimeRuntime = 5, RealtimePeriod = 6, Cpus = "0-2", Mems = "0", Idle = 1 },
        Pids = new PidsResources(Limit: 5),
        BlockIO = new BlockIOResources
        {
            Weight = 10,
            LeafWeight = 11,
            WeightDevice = [new BlockDeviceWeight(Major: 8, Minor: 0, Weight: 12, LeafWeight: 13)],
            ThrottleReadBpsDevice = [new BlockDeviceRate(Major: 8, Minor: 0, Rate: 1)],
            ThrottleWriteBpsDevice = [new BlockDeviceRate(8, 0, 2)],
            ThrottleReadIopsDevice = [new BlockDeviceRate(8, 0, 3)],
            ThrottleWriteIopsDevice = [new BlockDeviceRate(8, 0, 4)],
        },
        HugepageLimits = [new HugepageLimit(PageSize: "2MB", Limit: 9)],
        Network = new NetworkResources { ClassId = 1, Priorities = [new NetworkPriority("eth0", Priority: 4)] },
        Rdma = ImmutableSortedDictionary.CreateRange([KeyValuePair.Create("mlx", new RdmaResources { HcaHandles = 3, HcaObjects = 4 })]),
        Unified = Map("memory.high", "5"),
    };

    [Fact]
    public async Task Code_and_YAML_build_the_same_bytes()
    {
        Made.Validate();

        Assert.Equal(await BuildAsync(LinuxKitConfig.Parse(Yaml, "linuxkit.yml")), await BuildAsync(Made));
        Assert.Equal("first", Settings.GroupId!.Value.ContainerName);
        Assert.NotEqual(VolumeFormat.Oci, Made.Volumes[0].Format);
    }

    private static async Task<Digest> BuildAsync(LinuxKitConfig config)
    {
        var images = new ArchiveImageSource(
            await ArchiveImage.CreateAsync("example/kernel:1", ("kernel", "k"), ("ucode.cpio", "u")),
            await ArchiveImage.CreateAsync("example/init:1", ("bin/init", "i")));
        var result = await new ImageBuilder(images, StandardOutputFormats.All).BuildAsync(config, new BuildOptions { Formats = ["tar"] }, new MemorySink());
        return Assert.Single(result.Artifacts).Digest;
    }

    private static ImageReference Reference(string name) => ImageReference.Parse($"example/{name}:1");

    private static ImmutableSortedDictionary<string, string> Map(string key, string value) =>
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create(key, value)]);
}
