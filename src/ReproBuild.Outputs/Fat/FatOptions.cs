namespace ReproBuild.Outputs.Fat;

/// <summary>How a FAT volume is written.</summary>
public sealed record FatOptions
{
    /// <summary>The volume serial number.</summary>
    public required uint SerialNumber { get; init; }

    /// <summary>The label: up to 11 characters of ASCII without <c>"*+,./:;&lt;=&gt;?[\]|</c>, stored in upper case.</summary>
    /// <value>Default <c>LINUXKIT</c>. Empty for none.</value>
    public string Label { get; init; } = "LINUXKIT";

    /// <summary>The size of the volume in bytes: a multiple of 512, up to 2 TiB.</summary>
    /// <value>Default null: as small as the content needs, a multiple of 1 MiB.</value>
    public long? Size { get; init; }

    /// <summary>How many 512-byte sectors of the disk lie before the volume.</summary>
    /// <value>Default 0.</value>
    public uint HiddenSectors { get; init; }

    /// <summary>What errors name as the format.</summary>
    /// <value>Default <c>fat</c>.</value>
    public string FormatName { get; init; } = "fat";

    /// <summary>The time of the label entry, in seconds since 1970-01-01T00:00:00Z; files have their own.</summary>
    /// <value>Default <see cref="BuildOptions.LinuxKitEpoch"/>.</value>
    public long SourceDateEpoch { get; init; } = BuildOptions.LinuxKitEpoch;
}
