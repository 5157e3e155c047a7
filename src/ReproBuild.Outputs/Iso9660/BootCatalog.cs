using System.Buffers.Binary;
using static ReproBuild.Outputs.Iso9660.IsoConstants;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>The boot catalog: one sector (El Torito 1.0, section 2).</summary>
internal static class BootCatalog
{
    /// <summary>The catalog's first two entries, then a header and an entry for each further image.</summary>
    public const int MaxImages = 1 + ((SectorSize - (2 * EntrySize)) / (2 * EntrySize));

    private const int EntrySize = 32;
    private const byte Bootable = 0x88;
    private const byte MoreHeaders = 0x90;
    private const byte LastHeader = 0x91;

    public static byte[] Encode(IReadOnlyList<IsoBootImage> images, IReadOnlyList<uint> sectors)
    {
        var catalog = new byte[SectorSize];
        WriteValidation(catalog, images[0].Platform);
        WriteImage(catalog.AsSpan(EntrySize), images[0], sectors[0]);
        for (var i = 1; i < images.Count; i++)
        {
            var header = catalog.AsSpan(2 * EntrySize * i);
            header[0] = i == images.Count - 1 ? LastHeader : MoreHeaders;
            header[1] = (byte)images[i].Platform;
            BinaryPrimitives.WriteUInt16LittleEndian(header[2..], 1); // entries that follow
            WriteImage(header[EntrySize..], images[i], sectors[i]);
        }

        return catalog;
    }

    /// <summary>The sum of its sixteen words is zero (section 2.1).</summary>
    private static void WriteValidation(Span<byte> entry, Iso9660BootPlatform platform)
    {
        entry[0] = 1;
        entry[1] = (byte)platform;
        entry[30] = 0x55;
        entry[31] = 0xaa;
        var sum = 0;
        for (var at = 0; at < EntrySize; at += 2)
        {
            sum += BinaryPrimitives.ReadUInt16LittleEndian(entry[at..]);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(entry[28..], (ushort)(-sum & 0xffff));
    }

    private static void WriteImage(Span<byte> entry, IsoBootImage image, uint sector)
    {
        entry[0] = Bootable; // and of media type 0: no emulation
        BinaryPrimitives.WriteUInt16LittleEndian(entry[6..], (ushort)image.EffectiveLoadSectors);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], sector);
    }
}
