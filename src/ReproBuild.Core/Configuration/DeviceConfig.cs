using ReproBuild.Core.Configuration.Fields;
using static ReproBuild.Core.Configuration.Fields.FieldTypes;

namespace ReproBuild.Core.Configuration;

/// <summary>One entry of <c>devices</c>.</summary>
public sealed record DeviceConfig
{
    /// <summary>In place of a path: every device of a type, which is allowed but not made.</summary>
    internal const string Every = "all";

    /// <summary>OCI runtime specification 1.2.1, config-linux.md, "Devices" and "Allowed Device list".</summary>
    private static readonly ValueKind.Choice TypeKind = new(["", "b", "c", "u", "p", "a"], "b, c, u, p or a");

    private static readonly ScalarType<string> DeviceType = new ScalarType<string>(TypeKind, ReadType, static type => type)
        .That(static type => TypeKind.Words.Contains(type) ? null : $"it is '{type.Shown()}'; expected {TypeKind.Expected}");

    /// <summary>The path, or <c>all</c> for every device of the type.</summary>
    public required string Path { get; init; }

    /// <summary><c>b</c>, <c>c</c>, <c>u</c>, <c>p</c> or <c>a</c>.</summary>
    public string Type { get; init; } = "";

    /// <summary>The major number.</summary>
    public long Major { get; init; }

    /// <summary>The minor number.</summary>
    public long Minor { get; init; }

    /// <summary>The permission bits, or null.</summary>
    public UnixFileMode? Mode { get; init; }

    internal static Section<DeviceConfig> Section { get; } = new Section<DeviceConfig>(static _ => new DeviceConfig { Path = "" })
        {
            Rule = ConfigurationRules.Device,
        }
        .Field("path", NonEmptyText, static d => d.Path, static (d, value) => d with { Path = value }, required: true)
        .Field("type", DeviceType, static d => d.Type, static (d, value) => d with { Type = value })
        .Field("major", Natural, static d => d.Major, static (d, value) => d with { Major = value })
        .Field("minor", Natural, static d => d.Minor, static (d, value) => d with { Minor = value })
        .Field("mode", OctalMode, static d => new WrittenMode(d.Mode, null), static (d, value) => d with { Mode = value.Value });

    private static string ReadType(FieldValue value)
    {
        var type = value.Text();
        if (!TypeKind.Words.Contains(type))
        {
            value.ReportWrongType(TypeKind);
        }

        return type;
    }
}
