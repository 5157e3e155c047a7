using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ReproBuild.Core.Json;

namespace ReproBuild.Core.Configuration.Writing;

/// <summary>The top level of a configuration as JSON: every section, null when it has no entries.</summary>
internal static class ConfigurationJson
{
    public static JsonObject Create(LinuxKitConfig config) => new()
    {
        ["kernel"] = Kernel(config.Kernel ?? new KernelConfig()),
        ["init"] = List(config.Init, static init => JsonValue.Create(Expand(init.Image))),
        ["onboot"] = List(config.OnBoot, ContainerJson.Create),
        ["onshutdown"] = List(config.OnShutdown, ContainerJson.Create),
        ["services"] = List(config.Services, ContainerJson.Create),
        ["files"] = List(config.Files, FileJson.Create),
        ["volumes"] = List(config.Volumes, Volume),
    };

    /// <summary>The full reference; empty stays empty.</summary>
    public static string Expand(string reference) => reference.Length == 0 ? "" : ImageReference.Parse(reference).ToString();

    private static JsonArray? List<T>(ImmutableArray<T> items, Func<T, JsonNode> create) =>
        items.IsDefaultOrEmpty ? null : [.. items.Select(create)];

    private static JsonObject Kernel(KernelConfig kernel)
    {
        var json = new JsonObject { ["image"] = Expand(kernel.Image) };
        json.AddText("cmdline", kernel.CommandLine);
        json.AddText("binary", kernel.Binary);
        json.AddIf(kernel.Tar is not null, "tar", kernel.Tar);
        json.AddIf(kernel.Microcode is not null, "ucode", kernel.Microcode);
        return json;
    }

    private static JsonObject Volume(VolumeConfig volume)
    {
        var json = new JsonObject { ["name"] = volume.Name };
        json.AddText("image", Expand(volume.Image));
        json.AddIf(volume.ReadOnly, "readonly", true);
        json.AddIf(volume.IsFormatWritten || volume.Format == VolumeFormat.Oci, "format", volume.Format == VolumeFormat.Oci ? "oci" : "filesystem");
        json.AddTexts("platforms", [.. volume.Platforms.Select(static platform => platform.ToString())]);
        return json;
    }
}
