using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>A boot image, whose content may depend on where the files of the volume lie.</summary>
/// <param name="Platform">The firmware it is for.</param>
/// <param name="Length">The length in bytes, which is needed before the content is; more than 0.</param>
/// <param name="LoadSectors">How many sectors of 512 bytes the firmware loads; null for the whole image.</param>
/// <param name="CreateContent">Makes the content, of that length; called once, with the layout complete.</param>
internal sealed record IsoBootImage(Iso9660BootPlatform Platform, long Length, int? LoadSectors, Func<IsoLayout, FileContent> CreateContent)
{
    private const int LoadSectorSize = 512;

    public long EffectiveLoadSectors => LoadSectors ?? ((Length + LoadSectorSize - 1) / LoadSectorSize) switch
    {
        > ushort.MaxValue when Platform == Iso9660BootPlatform.Efi => 1,
        var sectors => sectors,
    };
}

/// <summary>What a volume boots from.</summary>
/// <param name="Images">The boot images.</param>
/// <param name="CreateSystemArea">Makes what lies before the volume, up to its sixteen sectors, such as a master boot record; null for zeros.</param>
internal sealed record IsoBoot(ImmutableArray<IsoBootImage> Images, Func<IsoLayout, byte[]>? CreateSystemArea = null)
{
    /// <summary>Images whose contents do not depend on the volume.</summary>
    public static IsoBoot From(Iso9660Options options) =>
        new([.. options.BootImages.Select(static i => new IsoBootImage(i.Platform, i.Content.Length, i.LoadSectors, _ => i.Content))]);

    /// <exception cref="InvalidOptionException">There are too many images, or one is empty or too large.</exception>
    public void Validate()
    {
        if (Images.Length > BootCatalog.MaxImages)
        {
            throw Invalid($"has {Images.Length} images; a boot catalog holds {BootCatalog.MaxImages}.");
        }

        if (Images.FirstOrDefault(static i => i.Length <= 0 || i.EffectiveLoadSectors is < 1 or > ushort.MaxValue) is { } image)
        {
            throw Invalid(
                $"has a {image.Platform} boot image of {image.Length} bytes and {image.EffectiveLoadSectors} sectors to load: " +
                $"it is empty, or has more than {ushort.MaxValue} sectors of 512 bytes. Set Iso9660BootImage.LoadSectors.");
        }
    }

    private static InvalidOptionException Invalid(string problem) =>
        new("Iso9660Options.BootImages", $"Iso9660Options.BootImages {problem}");
}
