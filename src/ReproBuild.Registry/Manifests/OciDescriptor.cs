using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ReproBuild.Registry.Manifests;

/// <summary>Content by type, digest and size (OCI image specification 1.1, descriptor.md).</summary>
/// <param name="MediaType">What the content is.</param>
/// <param name="Digest">The digest of its bytes.</param>
/// <param name="Size">The number of its bytes.</param>
internal sealed record OciDescriptor(string MediaType, Digest Digest, long Size)
{
    /// <summary>The platform an index gives for a manifest, or null.</summary>
    public Platform? Platform { get; init; }

    /// <summary>The annotations of the descriptor.</summary>
    public ImmutableSortedDictionary<string, string> Annotations { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public static OciDescriptor Parse(JsonField field)
    {
        if (field.Element.ValueKind != JsonValueKind.Object)
        {
            throw field.Malformed("is not a descriptor");
        }

        return new OciDescriptor(field.Required("mediaType").Text(), field.Required("digest").Digest(), field.Required("size").Size())
        {
            Platform = field.OptionalObject("platform") is { } platform ? ParsePlatform(platform) : null,
            Annotations = field.TextMap("annotations"),
        };
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["mediaType"] = MediaType,
            ["digest"] = Digest.ToString(),
            ["size"] = Size,
        };
        if (Platform is not null)
        {
            var target = new JsonObject { ["os"] = Platform.OperatingSystem, ["architecture"] = Platform.Architecture };
            json["platform"] = target;
            if (Platform.Variant is not null)
            {
                target["variant"] = Platform.Variant;
            }
        }

        if (!Annotations.IsEmpty)
        {
            json["annotations"] = new JsonObject(Annotations.Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        }

        return json;
    }

    /// <summary>A platform that lacks a part is one that the index does not give.</summary>
    private static Platform? ParsePlatform(JsonField platform) =>
        platform.NonEmptyText("os") is { } system && platform.NonEmptyText("architecture") is { } architecture
            ? new Platform(system, architecture, platform.NonEmptyText("variant"))
            : null;
}
