using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Runtime;

/// <summary><c>linux.resources</c> (config-linux.md, "Control groups"): as configured, and every device of <c>devices</c> allowed.</summary>
internal static class ControlGroupResources
{
    private const string ReadWriteMake = "rwm";

    public static JsonObject Create(ContainerSettings settings)
    {
        var resources = settings.Resources?.ToJson() ?? [];
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
        if (device.Path != Devices.Every)
        {
            rule["major"] = device.Major;
            rule["minor"] = device.Minor;
        }

        return rule;
    }
}
