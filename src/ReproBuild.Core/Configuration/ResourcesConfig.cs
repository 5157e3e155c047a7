using System.Text.Json.Nodes;

namespace ReproBuild.Core.Configuration;

/// <summary>The <c>resources</c> section: OCI runtime <c>LinuxResources</c> (OCI runtime specification 1.2.1, config-linux.md).</summary>
/// <remarks>The parser has checked every member's name and type against the specification's schema.</remarks>
public sealed class ResourcesConfig
{
    private readonly JsonObject _value;

    internal ResourcesConfig(JsonObject value) => _value = value;

    /// <summary>A copy of the section as JSON.</summary>
    public JsonObject ToJson() => (JsonObject)_value.DeepClone();
}
