using System.Collections.Immutable;
using ReproBuild.Core.Configuration.Fields;
using ReproBuild.Core.Configuration.Yaml;
using static ReproBuild.Core.Configuration.Fields.FieldTypes;
using static ReproBuild.Core.Configuration.ConfigurationTypes;

namespace ReproBuild.Core.Configuration;

/// <summary>One entry of <c>onboot</c>, <c>onshutdown</c> or <c>services</c>.</summary>
public sealed record ContainerConfig
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The image.</summary>
    public required ImageReference Image { get; init; }

    /// <summary>The settings of the YAML entry, before the image's label and defaults are applied.</summary>
    public ContainerSettings Settings { get; init; } = new();

    /// <summary>Where the entry was written.</summary>
    public SourceLocation? Location { get; init; }

    internal static Section<ContainerConfig> Section { get; } = new Section<ContainerConfig>(
        static place => new ContainerConfig { Name = "", Image = null!, Location = place })
        {
            Location = static container => container.Location,
        }
        .Field(
            "name", AnyText.That(ConfigurationRules.ContainerName), static container => container.Name,
            static (container, value) => container with { Name = value }, required: true)
        .Field("image", Reference, static container => container.Image, static (container, value) => container with { Image = value }, required: true)
        .Including(ContainerSettings.Section, static container => container.Settings, static (container, part) => container with { Settings = part });
}

/// <summary>The settings that a YAML entry and the image label <c>org.mobyproject.config</c> share. Null means not given.</summary>
public sealed record ContainerSettings
{
    private static readonly ListType<string> CapabilityNames = List(AnyText.That(Configuration.Capabilities.Problem));

    private static readonly ListType<string> BindTexts = List(AnyText.That(BindText.Problem));

    private static readonly ScalarType<string> Namespace = Text.That(NamespaceWords.Problem);

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

    internal static Section<ContainerSettings> Section { get; } = new Section<ContainerSettings>(static _ => new ContainerSettings())
        .Field("capabilities", CapabilityNames, static s => s.Capabilities, static (s, value) => s with { Capabilities = value })
        .Field("capabilities.add", CapabilityNames, static s => s.CapabilitiesAdd, static (s, value) => s with { CapabilitiesAdd = value })
        .Field("ambient", CapabilityNames, static s => s.Ambient, static (s, value) => s with { Ambient = value })
        .Field("mounts", List(MountConfig.Section), static s => s.Mounts, static (s, value) => s with { Mounts = value })
        .Field("binds", BindTexts, static s => s.Binds, static (s, value) => s with { Binds = value })
        .Field("binds.add", BindTexts, static s => s.BindsAdd, static (s, value) => s with { BindsAdd = value })
        .Field("devices", List(DeviceConfig.Section), static s => s.Devices, static (s, value) => s with { Devices = value })
        .Field("tmpfs", List(AnyText.That(TmpfsText.Problem)), static s => s.Tmpfs, static (s, value) => s with { Tmpfs = value })
        .Field("command", Texts, static s => s.Command, static (s, value) => s with { Command = value })
        .Field("env", Texts, static s => s.Environment, static (s, value) => s with { Environment = value })
        .Field("cwd", Text, static s => s.WorkingDirectory, static (s, value) => s with { WorkingDirectory = value })
        .Field("net", Text.That(NamespaceWords.NetworkProblem), static s => s.Net, static (s, value) => s with { Net = value })
        .Field("pid", Namespace, static s => s.Pid, static (s, value) => s with { Pid = value })
        .Field("ipc", Namespace, static s => s.Ipc, static (s, value) => s with { Ipc = value })
        .Field("uts", Namespace, static s => s.Uts, static (s, value) => s with { Uts = value })
        .Field("userns", Namespace, static s => s.UserNamespace, static (s, value) => s with { UserNamespace = value })
        .Field("hostname", Text, static s => s.Hostname, static (s, value) => s with { Hostname = value })
        .Field("readonly", Flag, static s => s.ReadOnly, static (s, value) => s with { ReadOnly = value })
        .Field("maskedPaths", Texts, static s => s.MaskedPaths, static (s, value) => s with { MaskedPaths = value })
        .Field("readonlyPaths", Texts, static s => s.ReadOnlyPaths, static (s, value) => s with { ReadOnlyPaths = value })
        .Field("uid", Owner, static s => s.UserId, static (s, value) => s with { UserId = value })
        .Field("gid", Owner, static s => s.GroupId, static (s, value) => s with { GroupId = value })
        .Field("additionalGids", List(Owner), static s => s.AdditionalGroupIds, static (s, value) => s with { AdditionalGroupIds = value })
        .Field("noNewPrivileges", Flag, static s => s.NoNewPrivileges, static (s, value) => s with { NoNewPrivileges = value })
        .Field("oomScoreAdj", Int(-1000, 1000), static s => s.OomScoreAdjustment, static (s, value) => s with { OomScoreAdjustment = value })
        .Field(
            "rootfsPropagation", AnyText, static s => s.RootFileSystemPropagation,
            static (s, value) => s with { RootFileSystemPropagation = value }, omitEmpty: true)
        .Field("cgroupsPath", AnyText, static s => s.CgroupsPath, static (s, value) => s with { CgroupsPath = value }, omitEmpty: true)
        .Field("resources", ResourcesConfig.Section, static s => s.Resources, static (s, value) => s with { Resources = value })
        .Field("sysctl", TextMap, static s => s.Sysctl, static (s, value) => s with { Sysctl = value })
        .Field(
            "rlimits", List(AnyText.That(ResourceLimit.Problem)), static s => s.ResourceLimits,
            static (s, value) => s with { ResourceLimits = value })
        .Field("uidMappings", List(IdMapping.Section), static s => s.UserIdMappings, static (s, value) => s with { UserIdMappings = value })
        .Field("gidMappings", List(IdMapping.Section), static s => s.GroupIdMappings, static (s, value) => s with { GroupIdMappings = value })
        .Field("annotations", TextMap, static s => s.Annotations, static (s, value) => s with { Annotations = value })
        .Field("runtime", RuntimeConfig.Section, static s => s.Runtime, static (s, value) => s with { Runtime = value });

    /// <summary>Whether both say the same; lists are compared item by item.</summary>
    public bool Equals(ContainerSettings? other) => other is not null && Section.AreEqual(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => Section.HashOf(this);

    /// <summary>
    /// These settings over those of the image's label: each as it is here, otherwise as the label has it, <c>runtime</c> member by member;
    /// what <c>capabilities.add</c> and <c>binds.add</c> of both add is in <c>capabilities</c> and <c>binds</c>.
    /// </summary>
    internal ContainerSettings Over(ContainerSettings? label) => Section.Merge((label ?? new ContainerSettings()).WithAdded(), this).WithAdded();

    /// <summary>
    /// Reads the image label <c>org.mobyproject.config</c>: a container's entry without name and image, as YAML or JSON. Values that the
    /// entry replaces do not matter, so what is wrong with a value beyond its type is for <see cref="Section"/> to find in what counts.
    /// </summary>
    /// <param name="text">The label's value; empty means that nothing is given.</param>
    /// <param name="where">What errors name in place of a file, such as <c>label org.mobyproject.config of IMAGE</c>.</param>
    /// <param name="limits">What the text must not exceed.</param>
    /// <exception cref="ConfigurationException">The label is wrong. It names every problem.</exception>
    internal static ContainerSettings ParseLabel(string text, string where, InputLimits limits)
    {
        var problems = new ProblemList();
        var root = YamlReader.Read(text, where, problems, limits);
        var settings = root is null ? new ContainerSettings() : Section.Read(new FieldValue("", root, problems) { ChecksLater = true });
        problems.ThrowIfAny();
        return settings;
    }

    private ContainerSettings WithAdded() => this with
    {
        Capabilities = Join(Capabilities, CapabilitiesAdd),
        CapabilitiesAdd = null,
        Binds = Join(Binds, BindsAdd),
        BindsAdd = null,
    };

    private static ImmutableArray<string>? Join(ImmutableArray<string>? list, ImmutableArray<string>? added) =>
        added is null ? list : [.. list ?? [], .. added];
}
