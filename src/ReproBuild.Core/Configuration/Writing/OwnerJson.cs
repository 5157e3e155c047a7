using System.Text.Json.Nodes;

namespace ReproBuild.Core.Configuration.Writing;

/// <summary>A user or group id as JSON: a number, or a container's name.</summary>
internal static class OwnerJson
{
    public static JsonNode Create(OwnerId owner) =>
        owner.ContainerName is { } name ? JsonValue.Create(name) : JsonValue.Create(owner.Number);
}
