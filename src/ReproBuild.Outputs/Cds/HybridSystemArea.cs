using ReproBuild.Outputs.Boot.Bios;
using ReproBuild.Outputs.Partitioning;

namespace ReproBuild.Outputs.Cds;

/// <summary>The master boot record in a volume's system area, by which the same bytes are also a disk.</summary>
/// <remarks>
/// One partition each: UEFI ignores a table whose partitions overlap (EDK2, PartitionDxe), so none spans the volume beside another.
/// </remarks>
internal static class HybridSystemArea
{
    /// <summary>A type that no system mounts, as hybrid volumes have it; some BIOSes start no disk without an active partition.</summary>
    private const byte HiddenNtfs = 0x17;

    /// <summary>The boot program, and an active partition over the whole volume.</summary>
    public static byte[] ForBios(byte[] program, long volumeLength, uint signature) =>
        Create(program, signature, new MbrEntry(HiddenNtfs, 0, Sectors(volumeLength), IsActive: true));

    /// <summary>
    /// A partition over the FAT volume that UEFI starts from; where there is a boot program of a BIOS, it is active for that one's sake.
    /// </summary>
    /// <param name="program">The boot program of a BIOS, or null for none.</param>
    /// <param name="offset">Where the FAT volume begins, in bytes.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="signature">The disk's signature.</param>
    public static byte[] ForEfi(byte[]? program, long offset, long length, uint signature) => Create(
        program ?? new byte[BiosBootProgram.Size],
        signature,
        new MbrEntry(MbrPartitionTypes.EfiSystem, offset / DiskSectors.Size, Sectors(length), IsActive: program is not null));

    private static byte[] Create(byte[] area, uint signature, MbrEntry entry)
    {
        var record = area.AsSpan(0, DiskSectors.Size);
        MbrStructures.WriteSignature(record, signature);
        MbrStructures.WriteEntry(record, 0, entry);
        return area;
    }

    /// <summary>Beyond 2 TiB the partition ends before the volume does.</summary>
    private static long Sectors(long length) => Math.Min(uint.MaxValue, length / DiskSectors.Size);
}
