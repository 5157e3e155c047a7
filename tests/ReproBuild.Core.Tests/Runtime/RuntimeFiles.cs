using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Core.Configuration;
using ReproBuild.Core.Images;
using ReproBuild.Core.Runtime;

namespace ReproBuild.Core.Tests.Runtime;

/// <summary>The files of one container <c>c</c>, made from YAML.</summary>
internal static class RuntimeFiles
{
    /// <param name="settings">The settings, as the inside of a flow mapping.</param>
    /// <param name="label">The image's label, or null.</param>
    /// <param name="volumes">The configuration's volumes, as the inside of a flow sequence.</param>
    /// <param name="image">The image's own configuration.</param>
    public static (JsonNode Config, JsonNode Runtime) Create(string settings, string? label = null, string volumes = "", ImageConfiguration? image = null)
    {
        var config = LinuxKitConfig.Parse($"volumes: [{volumes}]\nservices:\n  - {{name: c, image: i{(settings.Length == 0 ? "" : ", ")}{settings}}}\n  - {{name: other, image: i}}\n", "test.yml");
        var made = ContainerRuntime.Create(new ContainerRuntimeInput(
            config.Services[0],
            image ?? new ImageConfiguration { Platform = Platform.Linux("amd64") },
            label is null ? null : ContainerSettings.ParseLabel(label, "label", InputLimits.Default),
            "/containers/services/c",
            "/containers/services/c/lower",
            ContainerIds.Assign(config),
            config.Volumes.ToImmutableDictionary(static volume => volume.Name)));
        return (JsonNode.Parse(made.ConfigJson)!, JsonNode.Parse(made.RuntimeJson)!);
    }

    public static JsonNode Config(string settings, string? label = null, string volumes = "") => Create(settings, label, volumes).Config;

    public static string Problems(string settings, string? label = null, string volumes = "") =>
        Assert.Throws<ConfigurationException>(() => Create(settings, label, volumes)).Message;

    public static string JsonText(JsonNode? node) => node?.ToJsonString() ?? "absent";

    public static JsonNode Mount(JsonNode config, string destination) =>
        config["mounts"]!.AsArray().Single(mount => (string?)mount!["destination"] == destination)!;
}
