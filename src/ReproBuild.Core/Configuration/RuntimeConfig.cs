using System.Collections.Immutable;
using ReproBuild.Core.Configuration.Fields;
using static ReproBuild.Core.Configuration.Fields.FieldTypes;

namespace ReproBuild.Core.Configuration;

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

    internal static Section<RuntimeConfig> Section { get; } = new Section<RuntimeConfig>(static _ => new RuntimeConfig())
        .Field("cgroups", Texts, static r => r.Cgroups, static (r, value) => r with { Cgroups = value })
        .Field("mounts", List(MountConfig.HostSection), static r => r.Mounts, static (r, value) => r with { Mounts = value })
        .Field("mkdir", Texts, static r => r.Mkdir, static (r, value) => r with { Mkdir = value })
        .Field("interfaces", List(InterfaceConfig.Section), static r => r.Interfaces, static (r, value) => r with { Interfaces = value })
        .Field("bindNS", BindNamespaces.Section, static r => r.BindNamespaces, static (r, value) => r with { BindNamespaces = value })
        .Field("namespace", AnyText, static r => r.Namespace, static (r, value) => r with { Namespace = value }, omitEmpty: true);

    /// <summary>Whether both say the same; lists are compared item by item.</summary>
    public bool Equals(RuntimeConfig? other) => other is not null && Section.AreEqual(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => Section.HashOf(this);
}

/// <summary>One entry of <c>runtime.interfaces</c>.</summary>
/// <param name="Name">The interface's name.</param>
/// <param name="Add">The type of an interface to add, or empty.</param>
/// <param name="Peer">The name of the other end, or empty.</param>
/// <param name="CreateInRoot">Whether it is made in the root namespace and moved.</param>
public sealed record InterfaceConfig(string Name, string Add = "", string Peer = "", bool CreateInRoot = false)
{
    internal static Section<InterfaceConfig> Section { get; } = new Section<InterfaceConfig>(static _ => new InterfaceConfig(""))
        .Field("name", Text, static i => i.Name, static (i, value) => i with { Name = value })
        .Field("add", Text, static i => i.Add, static (i, value) => i with { Add = value })
        .Field("peer", Text, static i => i.Peer, static (i, value) => i with { Peer = value })
        .Field("createInRoot", Flag, static i => i.CreateInRoot, static (i, value) => i with { CreateInRoot = value });
}

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

    internal static Section<BindNamespaces> Section { get; } = new Section<BindNamespaces>(static _ => new BindNamespaces())
        .Field("cgroup", AnyText, static b => b.Cgroup, static (b, value) => b with { Cgroup = value })
        .Field("ipc", AnyText, static b => b.Ipc, static (b, value) => b with { Ipc = value })
        .Field("mnt", AnyText, static b => b.Mount, static (b, value) => b with { Mount = value })
        .Field("net", AnyText, static b => b.Net, static (b, value) => b with { Net = value })
        .Field("pid", AnyText, static b => b.Pid, static (b, value) => b with { Pid = value })
        .Field("user", AnyText, static b => b.User, static (b, value) => b with { User = value })
        .Field("uts", AnyText, static b => b.Uts, static (b, value) => b with { Uts = value });
}
