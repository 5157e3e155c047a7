using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot;
using ReproBuild.Outputs.Boot.Bios;
using ReproBuild.Outputs.Fat;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>Makes a volume boot from UEFI: a FAT volume with the boot program, found by El Torito on a CD and as a partition on a disk.</summary>
internal static class IsoEfiBoot
{
    /// <param name="options">The volume's options.</param>
    /// <param name="context">The build.</param>
    /// <param name="program">The UEFI boot program.</param>
    /// <param name="bios">What a BIOS boots from the same volume; null when it cannot.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static Iso9660Options AddTo(Iso9660Options options, OutputContext context, FileContent program, IsoBiosBoot? bios, CancellationToken cancellationToken)
    {
        var seed = context.Root.ComputeDigest(cancellationToken);
        var volume = FatVolume.Create(BootFiles.ForEfi(context, program), new FatOptions
        {
            SerialNumber = IdentifierDerivation.DeriveUInt32(seed, "fat volume"),
            FormatName = options.FormatName,
            SourceDateEpoch = context.SourceDateEpoch,
        }, cancellationToken).Content;
        var signature = IdentifierDerivation.DeriveUInt32(seed, "iso disk");
        var efi = Iso9660BootImage.FromContent(Iso9660BootPlatform.Efi, volume);
        return bios is null
            ? options with
            {
                BootImages = [efi],
                CreateSystemArea = layout => HybridSystemArea.ForEfi(program: null, layout.OffsetOfBootImage(0), volume.Length, signature),
            }
            : options with
            {
                BootImages = [bios.Image, efi],
                CreateSystemArea = layout => HybridSystemArea.ForEfi(BiosBootProgram.ForDisk(bios.Table(layout)), layout.OffsetOfBootImage(1), volume.Length, signature),
            };
    }
}
