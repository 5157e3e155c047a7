using ReproBuild.Core.Configuration.Yaml;

namespace ReproBuild.Core.Configuration.Binding;

/// <summary>An entry of <c>volumes</c>.</summary>
internal static class VolumeBinder
{
    private static readonly FieldTable<VolumeConfig> Fields = new()
    {
        { "name", Presence.Required, static (volume, value) => volume with { Name = Name(value) } },
        { "image", static (volume, value) => volume with { Image = value.Text() is "" ? "" : value.Reference() } },
        { "readonly", static (volume, value) => volume with { ReadOnly = value.Boolean() } },
        { "format", static (volume, value) => volume with { Format = value.Choice(("filesystem", VolumeFormat.FileSystem), ("oci", VolumeFormat.Oci)), IsFormatWritten = true } },
        { "platforms", static (volume, value) => volume with { Platforms = value.List(static item => item.Platform()) } },
    };

    public static VolumeConfig Bind(FieldValue value) => Fields.Bind(new VolumeConfig { Name = "", Source = value.Node.Location }, value);

    private static string Name(FieldValue value)
    {
        var name = value.Text();
        if (value.Node is YamlScalar && ConfigurationRules.VolumeName(name) is { } problem)
        {
            value.Report($"{value.Name}: {problem}");
        }

        return name;
    }
}
