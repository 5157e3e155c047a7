using ReproBuild.Core.Configuration.Yaml;

namespace ReproBuild.Core.Configuration.Binding;

/// <summary>An entry of <c>onboot</c>, <c>onshutdown</c> or <c>services</c>: a name, an image, and settings that an image's label may have too.</summary>
internal static class ContainerBinder
{
    private static readonly FieldTable<ContainerSettings> SettingsFields = new()
    {
        { "capabilities", static (settings, value) => settings with { Capabilities = value.Texts() } },
        { "capabilities.add", static (settings, value) => settings with { CapabilitiesAdd = value.Texts() } },
        { "ambient", static (settings, value) => settings with { Ambient = value.Texts() } },
        { "mounts", static (settings, value) => settings with { Mounts = value.List(MountBinder.Bind) } },
        { "binds", static (settings, value) => settings with { Binds = value.Texts() } },
        { "binds.add", static (settings, value) => settings with { BindsAdd = value.Texts() } },
        { "devices", static (settings, value) => settings with { Devices = value.List(DeviceBinder.Bind) } },
        { "tmpfs", static (settings, value) => settings with { Tmpfs = value.Texts() } },
        { "command", static (settings, value) => settings with { Command = value.Texts() } },
        { "env", static (settings, value) => settings with { Environment = value.Texts() } },
        { "cwd", static (settings, value) => settings with { WorkingDirectory = value.TextOrNull() } },
        { "net", static (settings, value) => settings with { Net = value.TextOrNull() } },
        { "pid", static (settings, value) => settings with { Pid = value.TextOrNull() } },
        { "ipc", static (settings, value) => settings with { Ipc = value.TextOrNull() } },
        { "uts", static (settings, value) => settings with { Uts = value.TextOrNull() } },
        { "userns", static (settings, value) => settings with { UserNamespace = value.TextOrNull() } },
        { "hostname", static (settings, value) => settings with { Hostname = value.TextOrNull() } },
        { "readonly", static (settings, value) => settings with { ReadOnly = value.Boolean() } },
        { "maskedPaths", static (settings, value) => settings with { MaskedPaths = value.Texts() } },
        { "readonlyPaths", static (settings, value) => settings with { ReadOnlyPaths = value.Texts() } },
        { "uid", static (settings, value) => settings with { UserId = value.Owner() } },
        { "gid", static (settings, value) => settings with { GroupId = value.Owner() } },
        { "additionalGids", static (settings, value) => settings with { AdditionalGroupIds = value.List(static item => item.Owner()) } },
        { "noNewPrivileges", static (settings, value) => settings with { NoNewPrivileges = value.Boolean() } },
        { "oomScoreAdj", static (settings, value) => settings with { OomScoreAdjustment = value.Int32(-1000, 1000) } },
        { "rootfsPropagation", static (settings, value) => settings with { RootFileSystemPropagation = value.Text() } },
        { "cgroupsPath", static (settings, value) => settings with { CgroupsPath = value.Text() } },
        { "resources", static (settings, value) => settings with { Resources = ResourcesBinder.Bind(value) } },
        { "sysctl", static (settings, value) => settings with { Sysctl = value.TextMap() } },
        { "rlimits", static (settings, value) => settings with { ResourceLimits = value.Texts() } },
        { "uidMappings", static (settings, value) => settings with { UserIdMappings = value.List(IdMappingBinder.Bind) } },
        { "gidMappings", static (settings, value) => settings with { GroupIdMappings = value.List(IdMappingBinder.Bind) } },
        { "annotations", static (settings, value) => settings with { Annotations = value.TextMap() } },
        { "runtime", static (settings, value) => settings with { Runtime = RuntimeBinder.Bind(value) } },
    };

    private static readonly FieldTable<ContainerConfig> Fields = new FieldTable<ContainerConfig>
    {
        { "name", Presence.Required, static (container, value) => container with { Name = Name(value) } },
        { "image", Presence.Required, static (container, value) => container with { Image = value.Reference() } },
    }.Including(SettingsFields, static container => container.Settings, static (container, settings) => container with { Settings = settings });

    public static ContainerConfig Bind(FieldValue value) =>
        Fields.Bind(new ContainerConfig { Name = "", Image = "", Source = value.Node.Location }, value);

    public static ContainerSettings BindSettings(FieldValue value) => SettingsFields.Bind(new ContainerSettings(), value);

    private static string Name(FieldValue value)
    {
        var name = value.Text();
        if (value.Node is YamlScalar && ConfigurationRules.ContainerName(name) is { } problem)
        {
            value.Report($"{value.Name}: {problem}");
        }

        return name;
    }
}
