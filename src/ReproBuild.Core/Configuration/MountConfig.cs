using System.Collections.Immutable;
using ReproBuild.Core.Configuration.Fields;
using static ReproBuild.Core.Configuration.Fields.FieldTypes;

namespace ReproBuild.Core.Configuration;

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

    /// <summary>A mount in a container.</summary>
    internal static Section<MountConfig> Section { get; } = Create(ConfigurationRules.Mount);

    /// <summary>A mount that LinuxKit's init makes on the host, exactly as it is given.</summary>
    internal static Section<MountConfig> HostSection { get; } = Create(
        static mount => string.IsNullOrEmpty(mount.Destination) ? "it has no destination; expected an absolute path" : null);

    private static Section<MountConfig> Create(Func<MountConfig, string?> rule) =>
        new Section<MountConfig>(static _ => new MountConfig()) { Rule = rule }
        .Field("destination", Text, static m => m.Destination, static (m, value) => m with { Destination = value })
        .Field("type", Text, static m => m.Type, static (m, value) => m with { Type = value })
        .Field("source", Text, static m => m.Source, static (m, value) => m with { Source = value })
        .Field("options", Texts, static m => m.Options, static (m, value) => m with { Options = value }, omitEmpty: true)
        .Field(
            "uidmappings", List(IdMapping.Section), static m => m.UserIdMappings,
            static (m, value) => m with { UserIdMappings = value }, omitEmpty: true, or: "uidMappings")
        .Field(
            "gidmappings", List(IdMapping.Section), static m => m.GroupIdMappings,
            static (m, value) => m with { GroupIdMappings = value }, omitEmpty: true, or: "gidMappings");

    /// <summary>Whether both say the same; lists are compared item by item.</summary>
    public bool Equals(MountConfig? other) => other is not null && Section.AreEqual(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => Section.HashOf(this);
}

/// <summary>A range of ids (OCI runtime specification 1.2.1, config-linux.md, "User namespace mappings").</summary>
/// <param name="ContainerId">The first id inside.</param>
/// <param name="HostId">The first id outside.</param>
/// <param name="Size">How many ids.</param>
public readonly record struct IdMapping(uint ContainerId, uint HostId, uint Size)
{
    internal static Section<IdMapping> Section { get; } = new Section<IdMapping>(static _ => default)
        .Field("containerID", UInt, static m => m.ContainerId, static (m, value) => m with { ContainerId = value })
        .Field("hostID", UInt, static m => m.HostId, static (m, value) => m with { HostId = value })
        .Field("size", UInt, static m => m.Size, static (m, value) => m with { Size = value });
}
