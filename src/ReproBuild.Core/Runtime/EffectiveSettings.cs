using System.Collections.Immutable;
using ReproBuild.Core.Configuration;

namespace ReproBuild.Core.Runtime;

/// <summary>Decides between the YAML entry and the image's label, setting by setting.</summary>
internal static class EffectiveSettings
{
    /// <summary>The YAML value where there is one, else the label's; <c>X.add</c> of both is folded into <c>X</c>.</summary>
    public static ContainerSettings Merge(ContainerSettings yaml, ContainerSettings? label) => label is null ? Fold(yaml) : Fold(yaml with
    {
        Capabilities = yaml.Capabilities ?? Join(label.Capabilities, label.CapabilitiesAdd),
        Ambient = yaml.Ambient ?? label.Ambient,
        Mounts = yaml.Mounts ?? label.Mounts,
        Binds = yaml.Binds ?? Join(label.Binds, label.BindsAdd),
        Devices = yaml.Devices ?? label.Devices,
        Tmpfs = yaml.Tmpfs ?? label.Tmpfs,
        Command = yaml.Command ?? label.Command,
        Environment = yaml.Environment ?? label.Environment,
        WorkingDirectory = yaml.WorkingDirectory ?? label.WorkingDirectory,
        Net = yaml.Net ?? label.Net,
        Pid = yaml.Pid ?? label.Pid,
        Ipc = yaml.Ipc ?? label.Ipc,
        Uts = yaml.Uts ?? label.Uts,
        UserNamespace = yaml.UserNamespace ?? label.UserNamespace,
        Hostname = yaml.Hostname ?? label.Hostname,
        ReadOnly = yaml.ReadOnly ?? label.ReadOnly,
        MaskedPaths = yaml.MaskedPaths ?? label.MaskedPaths,
        ReadOnlyPaths = yaml.ReadOnlyPaths ?? label.ReadOnlyPaths,
        UserId = yaml.UserId ?? label.UserId,
        GroupId = yaml.GroupId ?? label.GroupId,
        AdditionalGroupIds = yaml.AdditionalGroupIds ?? label.AdditionalGroupIds,
        NoNewPrivileges = yaml.NoNewPrivileges ?? label.NoNewPrivileges,
        OomScoreAdjustment = yaml.OomScoreAdjustment ?? label.OomScoreAdjustment,
        RootFileSystemPropagation = yaml.RootFileSystemPropagation ?? label.RootFileSystemPropagation,
        CgroupsPath = yaml.CgroupsPath ?? label.CgroupsPath,
        Resources = yaml.Resources ?? label.Resources,
        Sysctl = yaml.Sysctl ?? label.Sysctl,
        ResourceLimits = yaml.ResourceLimits ?? label.ResourceLimits,
        UserIdMappings = yaml.UserIdMappings ?? label.UserIdMappings,
        GroupIdMappings = yaml.GroupIdMappings ?? label.GroupIdMappings,
        Annotations = yaml.Annotations ?? label.Annotations,
        Runtime = Merge(yaml.Runtime, label.Runtime),
    });

    private static ContainerSettings Fold(ContainerSettings settings) => settings with
    {
        Capabilities = Join(settings.Capabilities, settings.CapabilitiesAdd),
        CapabilitiesAdd = null,
        Binds = Join(settings.Binds, settings.BindsAdd),
        BindsAdd = null,
    };

    private static ImmutableArray<string>? Join(ImmutableArray<string>? list, ImmutableArray<string>? added) =>
        added is null ? list : [.. list ?? [], .. added];

    private static RuntimeConfig? Merge(RuntimeConfig? yaml, RuntimeConfig? label) => yaml is null || label is null ? yaml ?? label : new RuntimeConfig
    {
        Cgroups = yaml.Cgroups ?? label.Cgroups,
        Mounts = yaml.Mounts ?? label.Mounts,
        Mkdir = yaml.Mkdir ?? label.Mkdir,
        Interfaces = yaml.Interfaces ?? label.Interfaces,
        BindNamespaces = Merge(yaml.BindNamespaces, label.BindNamespaces),
        Namespace = yaml.Namespace ?? label.Namespace,
    };

    private static BindNamespaces? Merge(BindNamespaces? yaml, BindNamespaces? label) => yaml is null || label is null ? yaml ?? label : new BindNamespaces
    {
        Cgroup = yaml.Cgroup ?? label.Cgroup,
        Ipc = yaml.Ipc ?? label.Ipc,
        Mount = yaml.Mount ?? label.Mount,
        Net = yaml.Net ?? label.Net,
        Pid = yaml.Pid ?? label.Pid,
        User = yaml.User ?? label.User,
        Uts = yaml.Uts ?? label.Uts,
    };
}
