namespace ReproBuild.Core.Configuration.Binding;

/// <summary>An entry of <c>devices</c>.</summary>
internal static class DeviceBinder
{
    private static readonly FieldTable<DeviceConfig> Fields = new()
    {
        { "path", Presence.Required, static (device, value) => device with { Path = value.NonEmptyText() } },
        { "type", static (device, value) => device with { Type = Type(value) } },
        { "major", static (device, value) => device with { Major = value.Int64(minimum: 0) } },
        { "minor", static (device, value) => device with { Minor = value.Int64(minimum: 0) } },
        { "mode", static (device, value) => device with { Mode = value.Mode() } },
    };

    public static DeviceConfig Bind(FieldValue value) => Fields.Bind(new DeviceConfig { Path = "" }, value);

    /// <summary>OCI runtime specification 1.2.1, config-linux.md, "Devices" and "Allowed Device list".</summary>
    private static string Type(FieldValue value)
    {
        var type = value.Text();
        if (type is not ("" or "b" or "c" or "u" or "p" or "a"))
        {
            value.ReportWrongType("b, c, u, p or a");
        }

        return type;
    }
}
