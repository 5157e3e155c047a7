using System.Collections.Immutable;
using System.Text.Json;

namespace ReproBuild.Registry.Manifests;

/// <summary>Parses OCI manifests and indexes, and Docker's manifests and lists of schema 2.</summary>
internal static class ManifestParser
{
    /// <summary>Parses a manifest or index.</summary>
    /// <param name="content">The manifest.</param>
    /// <param name="document">What it is, for messages.</param>
    /// <param name="limits">What it must not exceed.</param>
    /// <exception cref="IntegrityException">It is malformed, of an unsupported type, or exceeds a limit.</exception>
    public static Manifest Parse(ManifestContent content, string document, InputLimits limits)
    {
        if (content.Bytes.Length > limits.MaxManifestSize)
        {
            throw new IntegrityException(
                $"{document} has {content.Bytes.Length} bytes, more than {limits.MaxManifestSize} (limit {nameof(InputLimits.MaxManifestSize)}).");
        }

        using var json = JsonField.Parse(content.Bytes, document);
        var root = JsonField.Root(json, document);
        var mediaType = MediaTypeOf(root, content.MediaType);
        return MediaTypes.IsIndex(mediaType) ? ParseIndex(root, mediaType, limits)
            : MediaTypes.IsManifest(mediaType) ? ParseManifest(root, mediaType, limits)
            : throw root.Malformed($"has the media type '{mediaType.Shown()}'; expected an OCI image manifest or index, or Docker's of schema 2");
    }

    private static ImageManifest ParseManifest(JsonField root, string mediaType, InputLimits limits)
    {
        var manifest = new ImageManifest(
            mediaType, OciDescriptor.Parse(root.Required("config")), ParseDescriptors(root.Optional("layers"), limits));
        var left = limits.MaxImageSize;
        foreach (var layer in manifest.Layers)
        {
            // The sizes are only announced, so their sum may be more than a number holds.
            left = layer.Size <= left ? left - layer.Size : throw root.Malformed(
                $"names layers of more than {limits.MaxImageSize} bytes together (limit {nameof(InputLimits.MaxImageSize)})");
        }

        return manifest;
    }

    // An entry for another platform must not make the image unusable.
    private static ImageIndex ParseIndex(JsonField root, string mediaType, InputLimits limits)
    {
        var (manifests, problems) = root.Optional("manifests")
            ?.WellFormedItems(limits.MaxDescriptors, nameof(InputLimits.MaxDescriptors), OciDescriptor.Parse) ?? ([], []);
        return new ImageIndex(mediaType, manifests) { Problems = problems };
    }

    private static ImmutableArray<OciDescriptor> ParseDescriptors(JsonField? list, InputLimits limits) =>
        list is { } field ? [.. field.Items(limits.MaxDescriptors, nameof(InputLimits.MaxDescriptors)).Select(OciDescriptor.Parse)] : [];

    // The document's own type decides. A document that could be read as either kind is refused, since two readers
    // could then see two images under one digest (CVE-2021-41190).
    private static string MediaTypeOf(JsonField root, string announced)
    {
        if (root.Optional("schemaVersion") is not { Element.ValueKind: JsonValueKind.Number } version ||
            !version.Element.TryGetInt32(out var number) || number != 2)
        {
            throw root.Malformed("does not have the schema version 2; pull and push the image with a current tool");
        }

        var isIndex = root.Optional("manifests") is not null;
        var isManifest = (root.Optional("layers") ?? root.Optional("config")) is not null;
        if (isIndex && isManifest)
        {
            throw root.Malformed("has manifests and layers, so it is both an index and a manifest");
        }

        var own = root.NonEmptyText("mediaType");

        // Go's encoder writes an empty list as null.
        isIndex |= !isManifest && MediaTypes.IsIndex(own ?? announced);
        var mediaType = own
            ?? (MediaTypes.IsManifestOrIndex(announced) ? announced : isIndex ? MediaTypes.OciIndex : MediaTypes.OciManifest);
        return MediaTypes.IsIndex(mediaType) == isIndex || !MediaTypes.IsManifestOrIndex(mediaType)
            ? mediaType
            : throw root.Malformed($"has the media type '{mediaType.Shown()}' but the members of {(isIndex ? "an index" : "a manifest")}");
    }
}
