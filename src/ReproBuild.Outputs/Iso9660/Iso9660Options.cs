using System.Collections.Immutable;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>How an ISO 9660 volume is written.</summary>
public sealed record Iso9660Options
{
    /// <summary>The length of the system area, in bytes: sixteen sectors.</summary>
    public const int SystemAreaLength = IsoConstants.SystemAreaSectors * IsoConstants.SectorSize;

    private const int MaxVolumeId = 32;

    /// <summary>The volume identifier: up to 32 printable characters of ASCII, of which Joliet keeps 16.</summary>
    /// <value>Default <c>LinuxKit</c>.</value>
    public string VolumeId { get; init; } = "LinuxKit";

    /// <summary>The time that the volume was made and modified, in seconds since 1970-01-01T00:00:00Z; files have their own.</summary>
    /// <value>Default <see cref="BuildOptions.LinuxKitEpoch"/>.</value>
    public long SourceDateEpoch { get; init; } = BuildOptions.LinuxKitEpoch;

    /// <summary>Whether there is a second hierarchy of directories, with the names that Windows reads.</summary>
    /// <value>Default true.</value>
    public bool Joliet { get; init; } = true;

    /// <summary>The boot images; the first is the one that firmware takes when it knows no others.</summary>
    /// <value>Default empty: the volume does not boot.</value>
    public ImmutableArray<Iso9660BootImage> BootImages { get; init; } = [];

    /// <summary>
    /// Makes what lies before the volume, such as a master boot record: up to <see cref="SystemAreaLength"/> bytes, which may depend on where
    /// the files and the boot images lie.
    /// </summary>
    /// <value>Default null: zeros.</value>
    public Func<Iso9660Layout, ReadOnlyMemory<byte>>? CreateSystemArea { get; init; }

    /// <summary>What errors name as the format.</summary>
    /// <value>Default <c>iso9660</c>.</value>
    public string FormatName { get; init; } = "iso9660";

    internal void Validate()
    {
        if (VolumeId.Length > MaxVolumeId || VolumeId.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw new ArgumentException($"Iso9660Options.VolumeId '{VolumeId}' is longer than {MaxVolumeId} characters or not printable ASCII.");
        }

        if (BootImages.Length > BootCatalog.MaxImages)
        {
            throw new ArgumentException($"Iso9660Options.BootImages has {BootImages.Length} images; a boot catalog holds {BootCatalog.MaxImages}.");
        }

        foreach (var image in BootImages)
        {
            image.Validate();
        }
    }
}
