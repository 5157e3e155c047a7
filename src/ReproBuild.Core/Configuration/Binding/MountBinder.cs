namespace ReproBuild.Core.Configuration.Binding;

/// <summary>An entry of <c>mounts</c>. The mappings' keys are LinuxKit's; the OCI runtime specification's spelling is read too.</summary>
internal static class MountBinder
{
    private static readonly FieldSetter<MountConfig> SetUserIds = static (mount, value) => mount with { UserIdMappings = value.List(IdMappingBinder.Bind) };

    private static readonly FieldSetter<MountConfig> SetGroupIds = static (mount, value) => mount with { GroupIdMappings = value.List(IdMappingBinder.Bind) };

    private static readonly FieldTable<MountConfig> Fields = new()
    {
        { "destination", static (mount, value) => mount with { Destination = value.TextOrNull() } },
        { "type", static (mount, value) => mount with { Type = value.TextOrNull() } },
        { "source", static (mount, value) => mount with { Source = value.TextOrNull() } },
        { "options", static (mount, value) => mount with { Options = value.Texts() } },
        { "uidmappings", SetUserIds },
        { "uidMappings", SetUserIds },
        { "gidmappings", SetGroupIds },
        { "gidMappings", SetGroupIds },
    };

    public static MountConfig Bind(FieldValue value) => Fields.Bind(new MountConfig(), value);
}

/// <summary>An entry of <c>uidMappings</c> or <c>gidMappings</c>.</summary>
internal static class IdMappingBinder
{
    private static readonly FieldTable<IdMapping> Fields = new()
    {
        { "containerID", static (mapping, value) => mapping with { ContainerId = value.UInt32() } },
        { "hostID", static (mapping, value) => mapping with { HostId = value.UInt32() } },
        { "size", static (mapping, value) => mapping with { Size = value.UInt32() } },
    };

    public static IdMapping Bind(FieldValue value) => Fields.Bind(default, value);
}
