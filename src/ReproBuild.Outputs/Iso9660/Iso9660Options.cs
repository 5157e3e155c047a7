using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>The firmware that a boot image is for (El Torito 1.0, section 2.1; UEFI 2.10, section 13.3.2.1).</summary>
public enum Iso9660BootPlatform
{
    /// <summary>A PC's BIOS, which starts the image at its first byte.</summary>
    Bios = 0,

    /// <summary>UEFI, to which the image is a FAT volume.</summary>
    Efi = 0xef,
}

/// <summary>A boot image of an ISO 9660 volume: El Torito, without emulation. It has no name in the directories.</summary>
public sealed class Iso9660BootImage
{
    /// <summary>Describes an image.</summary>
    /// <param name="platform">The firmware it is for.</param>
    /// <param name="content">What it holds; not empty.</param>
    /// <param name="loadSectors">
    /// How many sectors of 512 bytes the firmware loads: 1 to 65,535. Null for the whole image; an image for UEFI of 32 MiB or more gets 1 then,
    /// which UEFI takes as "up to the end of the volume".
    /// </param>
    public Iso9660BootImage(Iso9660BootPlatform platform, FileContent content, int? loadSectors = null)
    {
        ArgumentNullException.ThrowIfNull(content);
        (Platform, Content, LoadSectors) = (platform, content, loadSectors);
    }

    /// <summary>The firmware it is for.</summary>
    public Iso9660BootPlatform Platform { get; }

    /// <summary>What it holds.</summary>
    public FileContent Content { get; }

    /// <summary>How many sectors of 512 bytes the firmware loads.</summary>
    public int? LoadSectors { get; }
}

/// <summary>How an ISO 9660 volume is written.</summary>
public sealed class Iso9660Options
{
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

    /// <summary>The boot images, up to 32; the first is the one that firmware takes when it knows no others.</summary>
    /// <value>Default empty: the volume does not boot.</value>
    public ImmutableArray<Iso9660BootImage> BootImages { get; init; } = [];

    /// <summary>
    /// Whether what the volume has no place for is an error. Else it is left out or changed, with a warning to
    /// <see cref="Logger"/>; docs/formats.md tells what that is.
    /// </summary>
    /// <value>Default false.</value>
    public bool Strict { get; init; }

    /// <summary>Gets a warning of what is left out or changed, with the path.</summary>
    /// <value>Default null: nothing is told.</value>
    public ILogger? Logger { get; init; }

    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    internal void Validate()
    {
        if (VolumeId.Length > MaxVolumeId || VolumeId.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw new InvalidOptionException(
                "Iso9660Options.VolumeId", $"Iso9660Options.VolumeId '{VolumeId}' is longer than {MaxVolumeId} characters or not printable ASCII.");
        }
    }
}
