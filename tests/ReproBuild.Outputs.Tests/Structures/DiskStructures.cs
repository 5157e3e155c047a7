namespace ReproBuild.Outputs.Tests.Structures;

/// <summary>The fields of disks, volumes and containers, written down from their specifications.</summary>
internal static class DiskStructures
{
    /// <summary>UEFI 2.10, section 5.2.1.</summary>
    public static StructureField[] MasterBootRecord { get; } =
    [
        new("disk signature", 440, 4), new("unknown", 444, 2),
        .. Enumerable.Range(0, 4).SelectMany(static i => Partition(i, 446 + (16 * i))),
        new("signature", 510, 2),
    ];

    /// <summary>UEFI 2.10, table 5.5.</summary>
    public static StructureField[] GptHeader { get; } =
    [
        new("signature", 0, 8, FieldKind.Ascii), new("revision", 8, 4), new("header size", 12, 4), new("header CRC", 16, 4), new("reserved", 20, 4),
        new("my LBA", 24, 8), new("alternate LBA", 32, 8), new("first usable LBA", 40, 8), new("last usable LBA", 48, 8),
        new("disk GUID", 56, 16, FieldKind.MixedGuid), new("entries LBA", 72, 8), new("entry count", 80, 4), new("entry size", 84, 4), new("entries CRC", 88, 4),
    ];

    /// <summary>UEFI 2.10, table 5.6.</summary>
    public static StructureField[] GptEntry { get; } =
    [
        new("type", 0, 16, FieldKind.MixedGuid), new("unique", 16, 16, FieldKind.MixedGuid), new("first LBA", 32, 8), new("last LBA", 40, 8),
        new("attributes", 48, 8), new("name", 56, 72, FieldKind.Utf16),
    ];

    /// <summary>Microsoft FAT specification, sections 3.1 and 3.2: FAT12 and FAT16.</summary>
    public static StructureField[] FatBootSector { get; } =
    [
        .. FatStart(),
        new("drive", 36, 1), new("boot signature", 38, 1), new("volume id", 39, 4), new("label", 43, 11, FieldKind.Ascii), new("type", 54, 8, FieldKind.Ascii),
        new("signature", 510, 2),
    ];

    /// <summary>Microsoft FAT specification, sections 3.1 and 3.3: FAT32.</summary>
    public static StructureField[] Fat32BootSector { get; } =
    [
        .. FatStart(),
        new("sectors per FAT 32", 36, 4), new("flags", 40, 2), new("version", 42, 2), new("root cluster", 44, 4), new("FSInfo sector", 48, 2),
        new("backup boot sector", 50, 2), new("drive", 64, 1), new("boot signature", 66, 1), new("volume id", 67, 4), new("label", 71, 11, FieldKind.Ascii),
        new("type", 82, 8, FieldKind.Ascii), new("signature", 510, 2),
    ];

    /// <summary>Microsoft FAT specification, section 5.</summary>
    public static StructureField[] Fat32Info { get; } =
    [
        new("lead signature", 0, 4), new("signature", 484, 4), new("free clusters", 488, 4), new("next free cluster", 492, 4), new("trail signature", 508, 4),
    ];

    /// <summary>bios-loader.asm, <c>table</c>.</summary>
    public static StructureField[] BootTable { get; } =
    [
        new("magic", 0, 4, FieldKind.Ascii), new("kernel unit", 4, 4), new("kernel size", 8, 4), new("initrd unit", 12, 4), new("initrd size", 16, 4),
        new("command line unit", 20, 4), new("command line size", 24, 4),
    ];

    /// <summary>QEMU, docs/interop/qcow2.txt.</summary>
    public static StructureField[] Qcow2Header { get; } =
    [
        new("magic", 0, 4, FieldKind.Bytes), Big("version", 4, 4), Big("backing file offset", 8, 8), Big("backing file size", 16, 4), Big("cluster bits", 20, 4),
        Big("size", 24, 8), Big("crypt method", 32, 4), Big("L1 size", 36, 4), Big("L1 table offset", 40, 8), Big("refcount table offset", 48, 8),
        Big("refcount table clusters", 56, 4), Big("snapshots", 60, 4), Big("snapshots offset", 64, 8), Big("incompatible features", 72, 8),
        Big("compatible features", 80, 8), Big("autoclear features", 88, 8), Big("refcount order", 96, 4), Big("header length", 100, 4),
        Big("end of extensions", 104, 8),
    ];

    /// <summary>QEMU, docs/interop/qcow2.txt: the first entries of a table of places and flags.</summary>
    public static StructureField[] Qcow2Table { get; } = [new("entry 0", 0, 8, FieldKind.Bytes), new("entry 1", 8, 8, FieldKind.Bytes)];

    /// <summary>Virtual Hard Disk Image Format Specification, "Hard Disk Footer Format".</summary>
    public static StructureField[] VhdFooter { get; } =
    [
        new("cookie", 0, 8, FieldKind.Ascii), Big("features", 8, 4), Big("version", 12, 4), new("data offset", 16, 8, FieldKind.Bytes), Big("time stamp", 24, 4),
        new("creator", 28, 4, FieldKind.Ascii), Big("creator version", 32, 4), new("creator host", 36, 4, FieldKind.Ascii), Big("original size", 40, 8),
        Big("current size", 48, 8), Big("cylinders", 56, 2), Big("heads", 58, 1), Big("sectors", 59, 1), Big("type", 60, 4), Big("checksum", 64, 4),
        new("unique id", 68, 16, FieldKind.BigGuid), Big("saved state", 84, 1),
    ];

    /// <summary>Virtual Hard Disk Image Format Specification, "Dynamic Disk Header Format".</summary>
    public static StructureField[] VhdDynamicHeader { get; } =
    [
        new("cookie", 0, 8, FieldKind.Ascii), new("data offset", 8, 8, FieldKind.Bytes), Big("table offset", 16, 8), Big("version", 24, 4), Big("entries", 28, 4),
        Big("block size", 32, 4), Big("checksum", 36, 4),
    ];

    /// <summary>Virtual Disk Format 5.0, "Hosted Sparse Extent Header".</summary>
    public static StructureField[] VmdkHeader { get; } =
    [
        new("magic", 0, 4, FieldKind.Ascii), new("version", 4, 4), new("flags", 8, 4), new("capacity", 12, 8), new("grain size", 20, 8),
        new("descriptor offset", 28, 8), new("descriptor size", 36, 8), new("GTEs per GT", 44, 4), new("redundant GD offset", 48, 8),
        new("GD offset", 56, 8), new("overhead", 64, 8), new("unclean shutdown", 72, 1), new("line ends", 73, 4, FieldKind.Bytes), new("compression", 77, 2),
    ];

    /// <summary>What all three types begin with.</summary>
    private static StructureField[] FatStart() =>
    [
        new("jump", 0, 3, FieldKind.Bytes), new("OEM name", 3, 8, FieldKind.Ascii), new("bytes per sector", 11, 2), new("sectors per cluster", 13, 1),
        new("reserved sectors", 14, 2), new("FATs", 16, 1), new("root entries", 17, 2), new("total sectors 16", 19, 2), new("media", 21, 1),
        new("sectors per FAT 16", 22, 2), new("sectors per track", 24, 2), new("heads", 26, 2), new("hidden sectors", 28, 4), new("total sectors 32", 32, 4),
    ];

    private static StructureField Big(string name, int offset, int length) => new(name, offset, length, FieldKind.Big);

    private static IEnumerable<StructureField> Partition(int index, int offset) =>
    [
        new($"partition {index + 1} status", offset, 1), new($"partition {index + 1} first CHS", offset + 1, 3, FieldKind.Bytes),
        new($"partition {index + 1} type", offset + 4, 1), new($"partition {index + 1} last CHS", offset + 5, 3, FieldKind.Bytes),
        new($"partition {index + 1} first LBA", offset + 8, 4), new($"partition {index + 1} sectors", offset + 12, 4),
    ];
}
