using System.Collections.Immutable;
using ReproBuild.Core.Configuration.Fields;
using static ReproBuild.Core.Configuration.Fields.FieldTypes;

namespace ReproBuild.Core.Configuration;

/// <summary>The <c>resources</c> section of a container: its limits. Null means not given.</summary>
/// <remarks>OCI runtime specification 1.2.1, config-linux.md, "Control groups", has the same members.</remarks>
public sealed record ResourcesConfig
{
    /// <summary>The devices that are allowed or not; a later rule wins.</summary>
    public ImmutableArray<DeviceRule>? Devices { get; init; }

    /// <summary>Memory.</summary>
    public MemoryResources? Memory { get; init; }

    /// <summary>Processors.</summary>
    public CpuResources? Cpu { get; init; }

    /// <summary>Processes.</summary>
    public PidsResources? Pids { get; init; }

    /// <summary>Block devices.</summary>
    public BlockIOResources? BlockIO { get; init; }

    /// <summary>Huge pages.</summary>
    public ImmutableArray<HugepageLimit>? HugepageLimits { get; init; }

    /// <summary>The network.</summary>
    public NetworkResources? Network { get; init; }

    /// <summary>RDMA, by the name of the device.</summary>
    public ImmutableSortedDictionary<string, RdmaResources>? Rdma { get; init; }

    /// <summary>Files of the unified hierarchy (cgroup v2), by name.</summary>
    public ImmutableSortedDictionary<string, string>? Unified { get; init; }

    internal static Section<ResourcesConfig> Section { get; } = new Section<ResourcesConfig>(static _ => new ResourcesConfig())
        .Field("devices", List(DeviceRule.Section), static r => r.Devices, static (r, value) => r with { Devices = value }, omitEmpty: true)
        .Field("memory", MemoryResources.Section, static r => r.Memory, static (r, value) => r with { Memory = value })
        .Field("cpu", CpuResources.Section, static r => r.Cpu, static (r, value) => r with { Cpu = value })
        .Field("pids", PidsResources.Section, static r => r.Pids, static (r, value) => r with { Pids = value })
        .Field("blockIO", BlockIOResources.Section, static r => r.BlockIO, static (r, value) => r with { BlockIO = value }, or: "blockio")
        .Field(
            "hugepageLimits", List(HugepageLimit.Section), static r => r.HugepageLimits,
            static (r, value) => r with { HugepageLimits = value }, omitEmpty: true)
        .Field("network", NetworkResources.Section, static r => r.Network, static (r, value) => r with { Network = value })
        .Field("rdma", Map(RdmaResources.Section), static r => r.Rdma, static (r, value) => r with { Rdma = value }, omitEmpty: true)
        .Field("unified", TextMap, static r => r.Unified, static (r, value) => r with { Unified = value }, omitEmpty: true);

    /// <summary>Whether both say the same; lists are compared item by item.</summary>
    public bool Equals(ResourcesConfig? other) => other is not null && Section.AreEqual(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => Section.HashOf(this);
}

/// <summary>Whether a container may use a device. Null means every one.</summary>
public sealed record DeviceRule
{
    /// <summary>Whether it is allowed.</summary>
    public bool Allow { get; init; }

    /// <summary><c>a</c> (all), <c>c</c> (character) or <c>b</c> (block).</summary>
    public string? Type { get; init; }

    /// <summary>The major number; -1 for every one.</summary>
    public long? Major { get; init; }

    /// <summary>The minor number; -1 for every one.</summary>
    public long? Minor { get; init; }

    /// <summary>Letters of <c>rwm</c>: read, write, make.</summary>
    public string? Access { get; init; }

    internal static Section<DeviceRule> Section { get; } = new Section<DeviceRule>(static _ => new DeviceRule())
        .Field("allow", Flag, static r => r.Allow, static (r, value) => r with { Allow = value })
        .Field("type", Text, static r => r.Type, static (r, value) => r with { Type = value })
        .Field("major", CountOrUnlimited, static r => r.Major, static (r, value) => r with { Major = value })
        .Field("minor", CountOrUnlimited, static r => r.Minor, static (r, value) => r with { Minor = value })
        .Field("access", Text, static r => r.Access, static (r, value) => r with { Access = value });
}

/// <summary>A limit on processes.</summary>
/// <param name="Limit">How many; -1 for no limit.</param>
public sealed record PidsResources(long Limit)
{
    internal static Section<PidsResources> Section { get; } = new Section<PidsResources>(static _ => new PidsResources(0))
        .Field("limit", CountOrUnlimited, static r => r.Limit, static (r, value) => r with { Limit = value }, required: true);
}

/// <summary>A limit on huge pages of one size.</summary>
/// <param name="PageSize">The size, such as <c>2MB</c>.</param>
/// <param name="Limit">How many bytes.</param>
public sealed record HugepageLimit(string PageSize, ulong Limit)
{
    internal static Section<HugepageLimit> Section { get; } = new Section<HugepageLimit>(static _ => new HugepageLimit("", 0))
        .Field(
            "pageSize", NonEmptyText.That(ConfigurationRules.PageSize), static r => r.PageSize,
            static (r, value) => r with { PageSize = value }, required: true)
        .Field("limit", ULong, static r => r.Limit, static (r, value) => r with { Limit = value }, required: true);
}

/// <summary>How packets of a container are marked.</summary>
public sealed record NetworkResources
{
    /// <summary>The class that traffic control sees.</summary>
    public uint? ClassId { get; init; }

    /// <summary>Priorities by interface.</summary>
    public ImmutableArray<NetworkPriority>? Priorities { get; init; }

    internal static Section<NetworkResources> Section { get; } = new Section<NetworkResources>(static _ => new NetworkResources())
        .Field("classID", UInt, static r => r.ClassId, static (r, value) => r with { ClassId = value })
        .Field(
            "priorities", List(NetworkPriority.Section), static r => r.Priorities,
            static (r, value) => r with { Priorities = value }, omitEmpty: true);

    /// <summary>Whether both say the same; lists are compared item by item.</summary>
    public bool Equals(NetworkResources? other) => other is not null && Section.AreEqual(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => Section.HashOf(this);
}

/// <summary>A network interface's priority.</summary>
/// <param name="Name">The interface.</param>
/// <param name="Priority">The priority.</param>
public sealed record NetworkPriority(string Name, uint Priority)
{
    internal static Section<NetworkPriority> Section { get; } = new Section<NetworkPriority>(static _ => new NetworkPriority("", 0))
        .Field("name", NonEmptyText, static r => r.Name, static (r, value) => r with { Name = value }, required: true)
        .Field("priority", UInt, static r => r.Priority, static (r, value) => r with { Priority = value }, required: true);
}

/// <summary>Limits on an RDMA device.</summary>
public sealed record RdmaResources
{
    /// <summary>How many handles.</summary>
    public uint? HcaHandles { get; init; }

    /// <summary>How many objects.</summary>
    public uint? HcaObjects { get; init; }

    internal static Section<RdmaResources> Section { get; } = new Section<RdmaResources>(static _ => new RdmaResources())
        .Field("hcaHandles", UInt, static r => r.HcaHandles, static (r, value) => r with { HcaHandles = value })
        .Field("hcaObjects", UInt, static r => r.HcaObjects, static (r, value) => r with { HcaObjects = value });
}
