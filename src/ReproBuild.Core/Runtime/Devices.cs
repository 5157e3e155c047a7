using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Runtime;

/// <summary><c>linux.devices</c> (config-linux.md, "Devices").</summary>
internal static class Devices
{
    /// <summary>In place of a path: every device of a type, which is allowed but not made.</summary>
    public const string Every = "all";

    public static JsonArray Create(ContainerSettings settings, RuntimeProblems problems)
    {
        var devices = new JsonArray();
        foreach (var device in (settings.Devices ?? []).Where(static device => device.Path != Every))
        {
            if (device.Type.Length == 0)
            {
                problems.Add("devices", $"'{device.Path}' has no type; expected b, c, u or p");
            }

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
}
