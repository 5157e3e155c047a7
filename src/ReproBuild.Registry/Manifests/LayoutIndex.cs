using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Core.Json;

namespace ReproBuild.Registry.Manifests;

/// <summary>The <c>index.json</c> of an OCI image layout (OCI image specification 1.1, image-layout.md, "index.json file").</summary>
/// <param name="Entries">Its manifests, in its order.</param>
internal sealed record LayoutIndex(ImmutableArray<LayoutEntry> Entries)
{
    public const string LayoutFileContent = """{"imageLayoutVersion":"1.0.0"}""";

    /// <summary>What is wrong with the entries that are left out of <see cref="Entries"/>, since they are malformed.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    /// <exception cref="IntegrityException">The index is malformed or exceeds a limit.</exception>
    public static LayoutIndex Parse(ReadOnlyMemory<byte> json, string document, InputLimits limits)
    {
        using var parsed = JsonField.Parse(json, document);
        var root = JsonField.Root(parsed, document);
        var (entries, problems) = root.Optional("manifests")
            ?.WellFormedItems(limits.MaxLayoutImages, nameof(InputLimits.MaxLayoutImages), LayoutEntry.Parse) ?? ([], []);
        return new LayoutIndex(entries) { Problems = problems };
    }

    /// <summary>The index as JSON: equal entries in the same order give the same bytes.</summary>
    public byte[] Serialize() => Serialize(MediaTypes.OciIndex, Entries.Select(static entry => entry.Json));

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
            throw new IntegrityException(
                "An index holds a descriptor that cannot be written as JSON: it has a text with half of a surrogate pair, "
                + "or a number that is larger than JSON's. Push or copy the image again.", e);
        }
    }
}

/// <summary>A manifest that a layout's index names.</summary>
/// <param name="Descriptor">What is read of it.</param>
/// <param name="Json">All of it, for writing it back.</param>
internal sealed record LayoutEntry(OciDescriptor Descriptor, JsonObject Json)
{
    // OCI image specification 1.1, annotations.md.
    private const string ReferenceName = "org.opencontainers.image.ref.name";

    /// <summary>The name, or null.</summary>
    public string? Name => Descriptor.Annotations.GetValueOrDefault(ReferenceName) is { Length: > 0 } name ? name : null;

    /// <summary>An entry that gives an image a name.</summary>
    public static LayoutEntry Create(string name, OciDescriptor descriptor)
    {
        var named = descriptor with { Annotations = descriptor.Annotations.SetItem(ReferenceName, name) };
        return new LayoutEntry(named, named.ToJson());
    }

    public static LayoutEntry Parse(JsonField field) => new(OciDescriptor.Parse(field), JsonObject.Create(field.Element.Clone())!);
}
