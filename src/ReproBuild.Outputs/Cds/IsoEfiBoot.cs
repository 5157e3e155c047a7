using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot.Bios;
using ReproBuild.Outputs.Boot;
using ReproBuild.Outputs.Fat;
using ReproBuild.Outputs.Iso9660;

namespace ReproBuild.Outputs.Cds;

/// <summary>Makes a volume boot from UEFI: a FAT volume with the boot program, found by El Torito on a CD and as a partition on a disk.</summary>
internal static class IsoEfiBoot
{
    /// <param name="context">The build.</param>
    /// <param name="program">The UEFI boot program.</param>
    /// <param name="bios">What a BIOS boots from the same volume; null when it cannot.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static IsoBoot Create(OutputContext context, FileContent program, IsoBiosBoot? bios, CancellationToken cancellationToken)
    {
        var seed = context.Root.ComputeDigest(cancellationToken);
        var options = new FatOptions
        {
            SerialNumber = IdentifierDerivation.DeriveUInt32(seed, "fat volume"),
            SourceDateEpoch = context.SourceDateEpoch,
        };
        var volume = FatVolume.Create(BootFiles.ForEfi(context, program), options, cancellationToken).Content;
        var signature = IdentifierDerivation.DeriveUInt32(seed, "iso disk");
        var efi = new IsoBootImage(Iso9660BootPlatform.Efi, volume.Length, LoadSectors: null, _ => volume);
        return bios is null
            ? new IsoBoot([efi], layout => HybridSystemArea.ForEfi(program: null, layout.OffsetOfBootImage(0), volume.Length, signature))
            : new IsoBoot([bios.Image, efi], layout => HybridSystemArea.ForEfi(
                BiosBootProgram.ForDisk(bios.Table(layout)), layout.OffsetOfBootImage(1), volume.Length, signature));
    }
}
