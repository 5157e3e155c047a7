using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Runtime;

/// <summary>A mount as JSON (config.md, "Mounts"), the same in <c>config.json</c> and <c>runtime.json</c>.</summary>
internal static class MountJson
{
    public static JsonObject Create(MountConfig mount)
    {
        var json = new JsonObject { ["destination"] = mount.Destination ?? "" };
        json.AddText("type", mount.Type);
        json.AddText("source", mount.Source);
        json.AddTexts("options", mount.Options);
        json.AddItems("uidMappings", IdMappings(mount.UserIdMappings));
        json.AddItems("gidMappings", IdMappings(mount.GroupIdMappings));
        return json;
    }

    /// <summary>Ranges of user or group ids (config-linux.md, "User namespace mappings").</summary>
    public static JsonArray IdMappings(ImmutableArray<IdMapping>? mappings) => new([.. (mappings ?? []).Select(IdMapping.Section.Write)]);
}
