using ReproBuild.Core.Building;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot;
using ReproBuild.Outputs.Fat;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>Makes a volume boot from UEFI: a FAT volume with the boot program, found by El Torito on a CD and as a partition on a disk.</summary>
internal static class IsoEfiBoot
{
    public static Iso9660Options AddTo(Iso9660Options options, OutputContext context, FileContent program)
    {
        var seed = context.Root.ComputeDigest();
        var volume = FatVolume.Create(BootFiles.ForEfi(context, program), new FatOptions
        {
            SerialNumber = IdentifierDerivation.DeriveUInt32(seed, "fat volume"),
            FormatName = options.FormatName,
            SourceDateEpoch = context.SourceDateEpoch,
        }).Content;
        var signature = IdentifierDerivation.DeriveUInt32(seed, "iso disk");
        return options with
        {
            BootImages = [Iso9660BootImage.FromContent(Iso9660BootPlatform.Efi, volume)],
            CreateSystemArea = layout => HybridSystemArea.ForEfi(layout.OffsetOfBootImage(0), volume.Length, signature),
        };
    }
}
