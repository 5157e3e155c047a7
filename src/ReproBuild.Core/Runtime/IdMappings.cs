using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;

namespace ReproBuild.Core.Runtime;

/// <summary>Ranges of user or group ids (config-linux.md, "User namespace mappings").</summary>
internal static class IdMappings
{
    /// <summary>
    /// The sizes as given and both first ids 0, which is what LinuxKit's build writes whatever <c>containerID</c> and <c>hostID</c> say
    /// (seen in the conformance case <c>options</c>); its result is matched.
    /// </summary>
    public static JsonArray Create(ImmutableArray<IdMapping>? mappings) =>
        new([.. (mappings ?? []).Select(static mapping => new JsonObject { ["containerID"] = 0, ["hostID"] = 0, ["size"] = mapping.Size })]);
}
