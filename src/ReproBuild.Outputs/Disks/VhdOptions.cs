namespace ReproBuild.Outputs.Disks;

/// <summary>How a virtual hard disk (VHD) is written.</summary>
public sealed record VhdOptions
{
    /// <summary>The disk's unique id.</summary>
    public required Guid UniqueId { get; init; }

    /// <summary>The time stamp, in seconds since 1970-01-01T00:00:00Z; before 2000-01-01 it becomes that day.</summary>
    /// <value>Default <see cref="BuildOptions.LinuxKitEpoch"/>.</value>
    public long SourceDateEpoch { get; init; } = BuildOptions.LinuxKitEpoch;
}
