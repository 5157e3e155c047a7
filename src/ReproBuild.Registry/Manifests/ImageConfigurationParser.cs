using System.Collections.Immutable;
using System.Text.Json;
using ReproBuild.Core.Images;

namespace ReproBuild.Registry.Manifests;

/// <summary>Parses an image's configuration (OCI image specification 1.1, config.md; Docker's differs in nothing read here).</summary>
/// <remarks>
/// A text that is null is the empty one, as Go reads it; in a variable of the environment or a label it is nothing, as is an empty variable,
/// which no runtime takes.
/// </remarks>
internal static class ImageConfigurationParser
{
    // As BuildKit names it. Images of scripts or firmware may have no platform, and only an index must choose by it.
    private const string Unknown = "unknown";

    /// <param name="json">The configuration.</param>
    /// <param name="document">What it is, for messages.</param>
    /// <param name="layerCount">How many layers the manifest has: each needs its diff id.</param>
    /// <param name="limits">What it must not exceed.</param>
    /// <exception cref="IntegrityException">It is malformed, or does not fit the manifest.</exception>
    public static ImageConfiguration Parse(ReadOnlyMemory<byte> json, string document, int layerCount, InputLimits limits)
    {
        using var parsed = JsonField.Parse(json, document);
        var root = JsonField.Root(parsed, document);
        var diffIds = ParseDiffIds(root, limits);
        if (diffIds.Length != layerCount)
        {
            throw root.Malformed($"has {diffIds.Length} diff ids for the manifest's {layerCount} layers");
        }

        var platform = new Platform(
            root.NonEmptyText("os") ?? "linux", root.NonEmptyText("architecture") ?? Unknown, root.NonEmptyText("variant"));
        return root.OptionalObject("config") is not { } config
            ? new ImageConfiguration { Platform = platform, DiffIds = diffIds }
            : new ImageConfiguration
            {
                Platform = platform,
                DiffIds = diffIds,
                Entrypoint = TextList(config, "Entrypoint"),
                Command = TextList(config, "Cmd"),
                Environment = [.. TextList(config, "Env").Where(static variable => variable.Length > 0)],
                WorkingDirectory = config.NonEmptyText("WorkingDir"),
                User = config.NonEmptyText("User"),
                Labels = config.TextMap("Labels"),
            };
    }

    private static ImmutableArray<Digest> ParseDiffIds(JsonField root, InputLimits limits) =>
        root.OptionalObject("rootfs")?.Optional("diff_ids") is { } list
            ? [.. list.Items(limits.MaxDescriptors, nameof(InputLimits.MaxDescriptors)).Select(static item => item.Digest())]
            : [];

    private static ImmutableArray<string> TextList(JsonField config, string name) =>
        config.Optional(name) is { } list
            ? [.. list.Items().Select(static item => item.Element.ValueKind == JsonValueKind.Null ? "" : item.Text())]
            : [];
}
