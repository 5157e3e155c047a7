using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Runtime;

/// <summary><c>config.json</c> (OCI runtime specification 1.2.1, config.md and config-linux.md). What is empty is left out.</summary>
internal static class RuntimeSpecification
{
    private const string Version = "1.2.1";
    private const string RootPath = "rootfs";
    private const string ReadWriteMake = "rwm";

    public static JsonObject Create(ContainerRuntimeInput input)
    {
        var settings = input.Settings;
        var root = new JsonObject { ["path"] = RootPath };
        root.AddIf(input.IsReadOnly, "readonly", true);
        var specification = new JsonObject
        {
            ["ociVersion"] = Version,
            ["process"] = ProcessSection.Create(input),
            ["root"] = root,
            ["mounts"] = ContainerMounts.Create(input),
            ["linux"] = Linux(settings),
        };
        specification.AddText("hostname", settings.Hostname);
        specification.AddMap("annotations", settings.Annotations);
        return specification;
    }

    private static JsonObject Linux(ContainerSettings settings)
    {
        var linux = new JsonObject
        {
            ["namespaces"] = Namespaces.Create(settings),
            ["resources"] = Resources(settings),
        };
        linux.AddItems("uidMappings", MountJson.IdMappings(settings.UserIdMappings));
        linux.AddItems("gidMappings", MountJson.IdMappings(settings.GroupIdMappings));
        linux.AddMap("sysctl", settings.Sysctl);
        linux.AddText("cgroupsPath", settings.CgroupsPath);
        linux.AddItems("devices", Devices(settings));
        linux.AddText("rootfsPropagation", settings.RootFileSystemPropagation);
        linux.AddTexts("maskedPaths", settings.MaskedPaths);
        linux.AddTexts("readonlyPaths", settings.ReadOnlyPaths);
        return linux;
    }

    /// <summary><c>linux.devices</c> (config-linux.md, "Devices").</summary>
    private static JsonArray Devices(ContainerSettings settings)
    {
        var devices = new JsonArray();
        foreach (var device in (settings.Devices ?? []).Where(static device => device.Path != DeviceConfig.Every))
        {
            var item = new JsonObject
            {
                ["path"] = device.Path,
                ["type"] = device.Type,
                ["major"] = device.Major,
                ["minor"] = device.Minor,
            };
            item.AddIf(device.Mode is not null, "fileMode", (int?)device.Mode);
            devices.AddObject(item);
        }

        return devices;
    }

    /// <summary><c>linux.resources</c> (config-linux.md, "Control groups"): as configured, and every device of <c>devices</c> allowed.</summary>
    private static JsonObject Resources(ContainerSettings settings)
    {
        var resources = settings.Resources is { } given ? ResourcesConfig.Section.Write(given) : [];
        if (settings.Devices is not { IsEmpty: false } devices)
        {
            return resources;
        }

        if (resources["devices"] is not JsonArray rules)
        {
            resources["devices"] = rules = [];
        }

        foreach (var device in devices)
        {
            rules.AddObject(Allow(device));
        }

        return resources;
    }

    private static JsonObject Allow(DeviceConfig device)
    {
        var rule = new JsonObject { ["allow"] = true, ["access"] = ReadWriteMake };
        rule.AddText("type", device.Type);
        if (device.Path != DeviceConfig.Every)
        {
            rule["major"] = device.Major;
            rule["minor"] = device.Minor;
        }

        return rule;
    }
}
