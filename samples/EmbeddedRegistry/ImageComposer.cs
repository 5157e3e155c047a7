using System.Text.Json.Nodes;

namespace EmbeddedRegistry;

/// <summary>Writes an image's configuration and manifest (OCI image specification 1.1) and puts them where the layers are.</summary>
public static class ImageComposer
{
    private const string ManifestMediaType = "application/vnd.oci.image.manifest.v1+json";
    private const string ConfigurationMediaType = "application/vnd.oci.image.config.v1+json";

    /// <summary>Adds an image.</summary>
    /// <returns>The digest of its manifest.</returns>
    public static string AddImage(this RegistryContent content, string repository, string? tag, ImageRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(recipe);
        var configuration = Descriptor(content, ConfigurationMediaType, Bytes(Configuration(recipe)));
        var layers = recipe.Layers.Select(layer => (JsonNode)Descriptor(content, layer.MediaType, layer.Content)).ToArray();
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestMediaType,
            ["config"] = configuration,
            ["layers"] = new JsonArray(layers),
        };
        return content.AddManifest(repository, tag, ManifestMediaType, Bytes(manifest));
    }

    private static JsonObject Configuration(ImageRecipe recipe) => new()
    {
        ["architecture"] = recipe.Architecture,
        ["os"] = "linux",
        ["config"] = new JsonObject
        {
            ["Entrypoint"] = Strings(recipe.Entrypoint),
            ["Env"] = Strings(recipe.Environment),
            ["Labels"] = new JsonObject(recipe.Labels.OrderBy(static l => l.Key, StringComparer.Ordinal)
                .Select(static l => KeyValuePair.Create<string, JsonNode?>(l.Key, l.Value))),
        },
        ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = Strings(recipe.Layers.Select(static l => l.DiffId)) },
    };

    private static JsonObject Descriptor(RegistryContent content, string mediaType, byte[] blob) => new()
    {
        ["mediaType"] = mediaType,
        ["digest"] = content.AddBlob(blob),
        ["size"] = blob.Length,
    };

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(static v => (JsonNode)v)]);

    private static byte[] Bytes(JsonObject json) => System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());
}
