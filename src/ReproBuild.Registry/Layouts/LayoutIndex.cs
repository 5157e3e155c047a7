using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Core.Json;
using ReproBuild.Registry.Content;
using ReproBuild.Registry.Manifests;

namespace ReproBuild.Registry.Layouts;

/// <summary>The <c>index.json</c> of an OCI image layout (OCI image specification 1.1, image-layout.md, "index.json file").</summary>
/// <param name="Entries">Its manifests, in its order.</param>
internal sealed record LayoutIndex(ImmutableArray<LayoutEntry> Entries)
{
    public const string LayoutFileContent = """{"imageLayoutVersion":"1.0.0"}""";

    /// <exception cref="IntegrityException">The index is malformed or exceeds a limit.</exception>
    public static LayoutIndex Parse(ReadOnlyMemory<byte> json, string document)
    {
        using var parsed = JsonField.Parse(json, document);
        var root = JsonField.Root(parsed, document);
        return new LayoutIndex(
            root.Optional("manifests") is { } list
                ? [.. list.Items(MaxEntries).Select(item => new LayoutEntry(ManifestParser.ParseDescriptor(item), JsonObject.Create(item.Element.Clone())!))]
                : []);
    }

    /// <summary>The index as JSON: equal entries in the same order give the same bytes.</summary>
    public byte[] Serialize() => Serialize(ManifestMediaTypes.OciIndex, Entries.Select(static entry => entry.Json));

    /// <summary>An index over descriptors.</summary>
    /// <exception cref="IntegrityException">A descriptor holds what canonical JSON cannot, such as half of a surrogate pair.</exception>
    public static byte[] Serialize(string mediaType, IEnumerable<JsonObject> descriptors)
    {
        var index = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = mediaType,
            ["manifests"] = new JsonArray([.. descriptors.Select(static descriptor => descriptor.DeepClone())]),
        };
        try
        {
            return CanonicalJsonWriter.Serialize(index);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new IntegrityException($"An index holds a descriptor that cannot be written as JSON: {e.Message}", e);
        }
    }

    // A shared cache knows more images than one image may have manifests.
    private const int MaxEntries = 100_000;
}

/// <summary>A manifest that a layout's index names.</summary>
/// <param name="Descriptor">What is read of it.</param>
/// <param name="Json">All of it, for writing it back.</param>
internal sealed record LayoutEntry(OciDescriptor Descriptor, JsonObject Json)
{
    /// <summary>The annotation that names an image (OCI image specification 1.1, annotations.md).</summary>
    public const string ReferenceName = "org.opencontainers.image.ref.name";

    /// <summary>The name, or null.</summary>
    public string? Name => Descriptor.Annotations.GetValueOrDefault(ReferenceName);
}
