using System.Buffers.Binary;
using System.Text;
using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Iso9660.IsoConstants;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>What a primary or supplementary descriptor tells of its hierarchy.</summary>
/// <param name="Root">The root directory.</param>
/// <param name="VolumeSectors">The length of the volume in sectors.</param>
/// <param name="PathTableSize">The length of a path table in bytes.</param>
/// <param name="PathTableL">The first sector of the little-endian path table.</param>
/// <param name="PathTableM">The first sector of the big-endian path table.</param>
internal sealed record DescribedHierarchy(IsoDirectory Root, uint VolumeSectors, uint PathTableSize, uint PathTableL, uint PathTableM);

/// <summary>Volume descriptors (ECMA-119, section 8), a sector each.</summary>
internal static class VolumeDescriptor
{
    private const byte BootRecord = 0;
    private const byte Primary = 1;
    private const byte Supplementary = 2;
    private const byte Terminator = 255;

    private const string System = "LINUX";
    private const string Tool = "REPROBUILD";

    public static byte[] CreatePrimary(DescribedHierarchy hierarchy, Iso9660Options options) =>
        CreateVolume(Primary, hierarchy, options, static (field, text) =>
        {
            field.Fill((byte)' ');
            Encoding.ASCII.GetBytes(text, field);
        });

    /// <summary>Joliet's, marked by an escape sequence: UCS-2, level 3 (Joliet Specification, "SVD Escape Sequences Field").</summary>
    public static byte[] CreateJoliet(DescribedHierarchy hierarchy, Iso9660Options options)
    {
        var sector = CreateVolume(Supplementary, hierarchy, options, static (field, text) =>
        {
            for (var at = 0; at + 1 < field.Length; at += 2)
            {
                BinaryPrimitives.WriteUInt16BigEndian(field[at..], at / 2 < text.Length ? text[at / 2] : ' ');
            }
        });
        "%/E"u8.CopyTo(sector.AsSpan(88));
        return sector;
    }

    /// <summary>El Torito's boot record (El Torito 1.0, figure 7).</summary>
    public static byte[] CreateBootRecord(uint catalogSector)
    {
        var sector = Create(BootRecord);
        "EL TORITO SPECIFICATION"u8.CopyTo(sector.AsSpan(7));
        BinaryPrimitives.WriteUInt32LittleEndian(sector.AsSpan(71), catalogSector);
        return sector;
    }

    public static byte[] CreateTerminator() => Create(Terminator);

    private delegate void TextField(Span<byte> field, string text);

    private static byte[] CreateVolume(byte type, DescribedHierarchy hierarchy, Iso9660Options options, TextField write)
    {
        var sector = Create(type);
        var at = sector.AsSpan();
        write(at.Slice(8, 32), System);
        write(at.Slice(40, 32), options.VolumeId);
        BothByteOrders.Write(at[80..], hierarchy.VolumeSectors);
        BothByteOrders.Write(at[120..], (ushort)1); // volume set size
        BothByteOrders.Write(at[124..], (ushort)1); // volume sequence number
        BothByteOrders.Write(at[128..], (ushort)SectorSize);
        BothByteOrders.Write(at[132..], hierarchy.PathTableSize);
        BinaryPrimitives.WriteUInt32LittleEndian(at[140..], hierarchy.PathTableL);
        BinaryPrimitives.WriteUInt32BigEndian(at[148..], hierarchy.PathTableM);
        var root = hierarchy.Root;
        var record = at.Slice(156, DirectoryRecord.Size(SelfIdentifier.Length, 0));
        var extent = new RecordedExtent(root.Sector, (uint)root.Size, FlagDirectory);
        DirectoryRecord.Write(record, SelfIdentifier, extent, root.Entry.Inode.ModificationTime);
        write(at.Slice(190, 128), ""); // volume set
        write(at.Slice(318, 128), ""); // publisher
        write(at.Slice(446, 128), Tool); // data preparer
        write(at.Slice(574, 128), Tool); // application
        write(at.Slice(702, 37), ""); // copyright file
        write(at.Slice(739, 37), ""); // abstract file
        write(at.Slice(776, 37), ""); // bibliographic file
        WriteDates(at[813..], options.SourceDateEpoch);
        at[881] = 1; // file structure version
        return sector;
    }

    /// <summary>Creation and modification; expiration and effective date are not specified.</summary>
    private static void WriteDates(Span<byte> at, long epoch)
    {
        IsoTime.WriteLong(at, new FileTime(epoch));
        IsoTime.WriteLong(at[IsoTime.LongSize..], new FileTime(epoch));
        IsoTime.WriteUnspecified(at[(2 * IsoTime.LongSize)..]);
        IsoTime.WriteUnspecified(at[(3 * IsoTime.LongSize)..]);
    }

    private static byte[] Create(byte type)
    {
        var sector = new byte[SectorSize];
        sector[0] = type;
        "CD001"u8.CopyTo(sector.AsSpan(1));
        sector[6] = 1; // version
        return sector;
    }
}
