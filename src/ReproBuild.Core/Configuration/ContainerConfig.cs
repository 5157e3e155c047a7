using System.Collections.Immutable;

namespace ReproBuild.Core.Configuration;

/// <summary>One entry of <c>onboot</c>, <c>onshutdown</c> or <c>services</c>.</summary>
public sealed record ContainerConfig
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The image reference, as written.</summary>
    public required string Image { get; init; }

    /// <summary>The settings of the YAML entry, before the image's label and defaults are applied.</summary>
    public ContainerSettings Settings { get; init; } = new();

    /// <summary>Where the entry was written.</summary>
    public SourceLocation? Source { get; init; }
}

/// <summary>The settings that a YAML entry and the image label <c>org.mobyproject.config</c> share. Null means not given.</summary>
public sealed record ContainerSettings
{
    /// <summary><c>capabilities</c>.</summary>
    public ImmutableArray<string>? Capabilities { get; init; }

    /// <summary><c>capabilities.add</c>: added to the label's list.</summary>
    public ImmutableArray<string>? CapabilitiesAdd { get; init; }

    /// <summary><c>ambient</c>: ambient capabilities.</summary>
    public ImmutableArray<string>? Ambient { get; init; }

    /// <summary><c>mounts</c>.</summary>
    public ImmutableArray<MountConfig>? Mounts { get; init; }

    /// <summary><c>binds</c>: <c>/source:/destination[:options]</c>.</summary>
    public ImmutableArray<string>? Binds { get; init; }

    /// <summary><c>binds.add</c>: added to the label's list.</summary>
    public ImmutableArray<string>? BindsAdd { get; init; }

    /// <summary><c>devices</c>.</summary>
    public ImmutableArray<DeviceConfig>? Devices { get; init; }

    /// <summary><c>tmpfs</c>: <c>/destination:option,option</c>.</summary>
    public ImmutableArray<string>? Tmpfs { get; init; }

    /// <summary><c>command</c>.</summary>
    public ImmutableArray<string>? Command { get; init; }

    /// <summary><c>env</c>: <c>NAME=VALUE</c>.</summary>
    public ImmutableArray<string>? Environment { get; init; }

    /// <summary><c>cwd</c>: the working directory.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary><c>net</c>: the network namespace.</summary>
    public string? Net { get; init; }

    /// <summary><c>pid</c>: the process id namespace.</summary>
    public string? Pid { get; init; }

    /// <summary><c>ipc</c>: the IPC namespace.</summary>
    public string? Ipc { get; init; }

    /// <summary><c>uts</c>: the UTS namespace.</summary>
    public string? Uts { get; init; }

    /// <summary><c>userns</c>: the user namespace.</summary>
    public string? UserNamespace { get; init; }

    /// <summary><c>hostname</c>.</summary>
    public string? Hostname { get; init; }

    /// <summary><c>readonly</c>: whether the root file system is read-only.</summary>
    public bool? ReadOnly { get; init; }

    /// <summary><c>maskedPaths</c>.</summary>
    public ImmutableArray<string>? MaskedPaths { get; init; }

    /// <summary><c>readonlyPaths</c>.</summary>
    public ImmutableArray<string>? ReadOnlyPaths { get; init; }

    /// <summary><c>uid</c>.</summary>
    public OwnerId? UserId { get; init; }

    /// <summary><c>gid</c>.</summary>
    public OwnerId? GroupId { get; init; }

    /// <summary><c>additionalGids</c>.</summary>
    public ImmutableArray<OwnerId>? AdditionalGroupIds { get; init; }

    /// <summary><c>noNewPrivileges</c>.</summary>
    public bool? NoNewPrivileges { get; init; }

    /// <summary><c>oomScoreAdj</c>: -1000 to 1000.</summary>
    public int? OomScoreAdjustment { get; init; }

    /// <summary><c>rootfsPropagation</c>.</summary>
    public string? RootFileSystemPropagation { get; init; }

    /// <summary><c>cgroupsPath</c>.</summary>
    public string? CgroupsPath { get; init; }

    /// <summary><c>resources</c>.</summary>
    public ResourcesConfig? Resources { get; init; }

    /// <summary><c>sysctl</c>.</summary>
    public ImmutableSortedDictionary<string, string>? Sysctl { get; init; }

    /// <summary><c>rlimits</c>: <c>name,soft,hard</c>.</summary>
    public ImmutableArray<string>? ResourceLimits { get; init; }

    /// <summary><c>uidMappings</c>.</summary>
    public ImmutableArray<IdMapping>? UserIdMappings { get; init; }

    /// <summary><c>gidMappings</c>.</summary>
    public ImmutableArray<IdMapping>? GroupIdMappings { get; init; }

    /// <summary><c>annotations</c>.</summary>
    public ImmutableSortedDictionary<string, string>? Annotations { get; init; }

    /// <summary><c>runtime</c>.</summary>
    public RuntimeConfig? Runtime { get; init; }
}

/// <summary>One entry of <c>mounts</c>. Null means not given.</summary>
public sealed record MountConfig
{
    /// <summary>Where it is mounted.</summary>
    public string? Destination { get; init; }

    /// <summary>The file system's type.</summary>
    public string? Type { get; init; }

    /// <summary>What is mounted.</summary>
    public string? Source { get; init; }

    /// <summary>The mount options.</summary>
    public ImmutableArray<string>? Options { get; init; }

    /// <summary><c>uidmappings</c>.</summary>
    public ImmutableArray<IdMapping>? UserIdMappings { get; init; }

    /// <summary><c>gidmappings</c>.</summary>
    public ImmutableArray<IdMapping>? GroupIdMappings { get; init; }
}

/// <summary>A range of ids (OCI runtime specification 1.2.1, config-linux.md, "User namespace mappings").</summary>
/// <param name="ContainerId">The first id inside.</param>
/// <param name="HostId">The first id outside.</param>
/// <param name="Size">How many ids.</param>
public readonly record struct IdMapping(uint ContainerId, uint HostId, uint Size);

/// <summary>One entry of <c>devices</c>.</summary>
public sealed record DeviceConfig
{
    /// <summary>The path, or <c>all</c> for every device of the type.</summary>
    public required string Path { get; init; }

    /// <summary><c>b</c>, <c>c</c>, <c>u</c>, <c>p</c> or <c>a</c>.</summary>
    public string Type { get; init; } = "";

    /// <summary>The major number.</summary>
    public long Major { get; init; }

    /// <summary>The minor number.</summary>
    public long Minor { get; init; }

    /// <summary>The permission bits, or null.</summary>
    public UnixFileMode? Mode { get; init; }
}

/// <summary>The <c>runtime</c> section of a container. Null means not given.</summary>
public sealed record RuntimeConfig
{
    /// <summary><c>cgroups</c>: the control groups to make.</summary>
    public ImmutableArray<string>? Cgroups { get; init; }

    /// <summary><c>mounts</c>: mounts on the host before the container starts.</summary>
    public ImmutableArray<MountConfig>? Mounts { get; init; }

    /// <summary><c>mkdir</c>: directories to make on the host.</summary>
    public ImmutableArray<string>? Mkdir { get; init; }

    /// <summary><c>interfaces</c>.</summary>
    public ImmutableArray<InterfaceConfig>? Interfaces { get; init; }

    /// <summary><c>bindNS</c>: where namespaces are bound.</summary>
    public BindNamespaces? BindNamespaces { get; init; }

    /// <summary><c>namespace</c>: the containerd namespace.</summary>
    public string? Namespace { get; init; }
}

/// <summary>One entry of <c>runtime.interfaces</c>.</summary>
/// <param name="Name">The interface's name.</param>
/// <param name="Add">The type of an interface to add, or empty.</param>
/// <param name="Peer">The name of the other end, or empty.</param>
/// <param name="CreateInRoot">Whether it is made in the root namespace and moved.</param>
public sealed record InterfaceConfig(string Name, string Add = "", string Peer = "", bool CreateInRoot = false);

/// <summary><c>runtime.bindNS</c>: the paths that namespaces are bound to. Null means not given.</summary>
public sealed record BindNamespaces
{
    /// <summary><c>cgroup</c>.</summary>
    public string? Cgroup { get; init; }

    /// <summary><c>ipc</c>.</summary>
    public string? Ipc { get; init; }

    /// <summary><c>mnt</c>.</summary>
    public string? Mount { get; init; }

    /// <summary><c>net</c>.</summary>
    public string? Net { get; init; }

    /// <summary><c>pid</c>.</summary>
    public string? Pid { get; init; }

    /// <summary><c>user</c>.</summary>
    public string? User { get; init; }

    /// <summary><c>uts</c>.</summary>
    public string? Uts { get; init; }
}
