using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Configuration.Writing;

/// <summary>A container's entry as JSON: what it gives, and nothing of what an image's label gives.</summary>
internal static class ContainerJson
{
    public static JsonObject Create(ContainerConfig container)
    {
        var json = new JsonObject { ["name"] = container.Name, ["image"] = ConfigurationJson.Expand(container.Image) };
        AddIsolation(json, container.Settings);
        AddProcess(json, container.Settings);
        AddFileSystems(json, container.Settings);
        AddControl(json, container.Settings);
        return json;
    }

    private static void AddIsolation(JsonObject json, ContainerSettings settings)
    {
        AddTexts(json, "capabilities", settings.Capabilities);
        AddTexts(json, "capabilities.add", settings.CapabilitiesAdd);
        AddTexts(json, "ambient", settings.Ambient);
        json.AddText("net", settings.Net);
        json.AddText("pid", settings.Pid);
        json.AddText("ipc", settings.Ipc);
        json.AddText("uts", settings.Uts);
        json.AddText("userns", settings.UserNamespace);
        json.AddText("hostname", settings.Hostname);
        AddItems(json, "uidMappings", settings.UserIdMappings, MountConfigJson.IdMapping);
        AddItems(json, "gidMappings", settings.GroupIdMappings, MountConfigJson.IdMapping);
    }

    private static void AddProcess(JsonObject json, ContainerSettings settings)
    {
        AddTexts(json, "command", settings.Command);
        AddTexts(json, "env", settings.Environment);
        json.AddText("cwd", settings.WorkingDirectory);
        json.AddIf(settings.UserId is not null, "uid", settings.UserId is { } user ? OwnerJson.Create(user) : null);
        json.AddIf(settings.GroupId is not null, "gid", settings.GroupId is { } group ? OwnerJson.Create(group) : null);
        AddItems(json, "additionalGids", settings.AdditionalGroupIds, OwnerJson.Create);
        json.AddIf(settings.NoNewPrivileges is not null, "noNewPrivileges", settings.NoNewPrivileges);
        json.AddIf(settings.OomScoreAdjustment is not null, "oomScoreAdj", settings.OomScoreAdjustment);
        AddTexts(json, "rlimits", settings.ResourceLimits);
    }

    private static void AddFileSystems(JsonObject json, ContainerSettings settings)
    {
        AddItems(json, "mounts", settings.Mounts, MountConfigJson.Create);
        AddTexts(json, "binds", settings.Binds);
        AddTexts(json, "binds.add", settings.BindsAdd);
        AddItems(json, "devices", settings.Devices, Device);
        AddTexts(json, "tmpfs", settings.Tmpfs);
        json.AddIf(settings.ReadOnly is not null, "readonly", settings.ReadOnly);
        AddTexts(json, "maskedPaths", settings.MaskedPaths);
        AddTexts(json, "readonlyPaths", settings.ReadOnlyPaths);
        json.AddText("rootfsPropagation", settings.RootFileSystemPropagation);
    }

    private static void AddControl(JsonObject json, ContainerSettings settings)
    {
        json.AddText("cgroupsPath", settings.CgroupsPath);
        json.AddIf(settings.Resources is not null, "resources", settings.Resources?.ToJson());
        json.AddIf(settings.Sysctl is not null, "sysctl", JsonObjectExtensions.ToObject(settings.Sysctl));
        json.AddIf(settings.Annotations is not null, "annotations", JsonObjectExtensions.ToObject(settings.Annotations));
        json.AddIf(settings.Runtime is not null, "runtime", settings.Runtime is { } runtime ? RuntimeConfigJson.Create(runtime) : null);
    }

    private static JsonObject Device(DeviceConfig device)
    {
        var json = new JsonObject { ["path"] = device.Path, ["type"] = device.Type, ["major"] = device.Major, ["minor"] = device.Minor };
        json.AddText("mode", OctalMode.Format(device.Mode));
        return json;
    }

    /// <summary>An empty list is kept: it clears what the label gives.</summary>
    private static void AddTexts(JsonObject json, string name, ImmutableArray<string>? texts) =>
        json.AddIf(texts is not null, name, JsonObjectExtensions.ToArray(texts));

    private static void AddItems<T>(JsonObject json, string name, ImmutableArray<T>? items, Func<T, JsonNode> create) =>
        json.AddIf(items is not null, name, new JsonArray([.. (items ?? []).Select(create)]));
}
