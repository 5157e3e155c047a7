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
public sealed record Iso9660BootImage
{
    private const int LoadSectorSize = 512;

    /// <summary>The firmware it is for.</summary>
    public required Iso9660BootPlatform Platform { get; init; }

    /// <summary>The length in bytes, which is needed before the content is; more than 0.</summary>
    public required long Length { get; init; }

    /// <summary>Makes the content, which may depend on where the files of the volume lie; called once, with the layout complete.</summary>
    public required Func<Iso9660Layout, FileContent> CreateContent { get; init; }

    /// <summary>How many sectors of 512 bytes the firmware loads: 1 to 65,535.</summary>
    /// <value>
    /// Default null: the whole image. An image for UEFI of 32 MiB or more gets 1, which UEFI takes as "up to the end of the volume".
    /// </value>
    public int? LoadSectors { get; init; }

    internal long EffectiveLoadSectors => LoadSectors ?? ((Length + LoadSectorSize - 1) / LoadSectorSize) switch
    {
        > ushort.MaxValue when Platform == Iso9660BootPlatform.Efi => 1,
        var sectors => sectors,
    };

    /// <summary>An image whose content does not depend on the volume.</summary>
    public static Iso9660BootImage FromContent(Iso9660BootPlatform platform, FileContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return new Iso9660BootImage { Platform = platform, Length = content.Length, CreateContent = _ => content };
    }

    internal void Validate()
    {
        if (Length <= 0 || EffectiveLoadSectors is < 1 or > ushort.MaxValue)
        {
            throw new ArgumentException(
                $"The {Platform} boot image of {Length} bytes and {EffectiveLoadSectors} sectors to load is empty, or has more than {ushort.MaxValue} sectors of 512 bytes. " +
                "Set Iso9660BootImage.LoadSectors.");
        }
    }
}
