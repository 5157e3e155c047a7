using System.Collections.Immutable;
using ReproBuild.Core.Images;

namespace ReproBuild.Registry.Manifests;

/// <summary>Parses an image's configuration (OCI image specification 1.1, config.md; Docker's differs in nothing read here).</summary>
internal static class ImageConfigurationParser
{
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
            root.Required("os").Text(), root.Required("architecture").Text(), root.NonEmptyText("variant"));
        return root.OptionalObject("config") is not { } config
            ? new ImageConfiguration { Platform = platform, DiffIds = diffIds }
            : new ImageConfiguration
            {
                Platform = platform,
                DiffIds = diffIds,
                Entrypoint = TextList(config, "Entrypoint"),
                Command = TextList(config, "Cmd"),
                Environment = TextList(config, "Env"),
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
        config.Optional(name) is { } list ? [.. list.Items().Select(static item => item.Text())] : [];
}
