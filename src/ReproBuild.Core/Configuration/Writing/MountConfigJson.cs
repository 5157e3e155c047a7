using System.Text.Json.Nodes;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Configuration.Writing;

/// <summary>An entry of <c>mounts</c> as JSON, with the configuration's own keys.</summary>
internal static class MountConfigJson
{
    public static JsonObject Create(MountConfig mount)
    {
        var json = new JsonObject();
        json.AddText("destination", mount.Destination);
        json.AddText("type", mount.Type);
        json.AddText("source", mount.Source);
        json.AddTexts("options", mount.Options);
        json.AddItems("uidmappings", new JsonArray([.. (mount.UserIdMappings ?? []).Select(IdMapping)]));
        json.AddItems("gidmappings", new JsonArray([.. (mount.GroupIdMappings ?? []).Select(IdMapping)]));
        return json;
    }

    public static JsonObject IdMapping(IdMapping mapping) =>
        new() { ["containerID"] = mapping.ContainerId, ["hostID"] = mapping.HostId, ["size"] = mapping.Size };
}
