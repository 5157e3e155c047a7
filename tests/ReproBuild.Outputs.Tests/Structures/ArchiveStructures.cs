namespace ReproBuild.Outputs.Tests.Structures;

/// <summary>The fields of archives and of what compresses them, written down from their specifications.</summary>
internal static class ArchiveStructures
{
    /// <summary>POSIX.1-2017, pax, "ustar Interchange Format".</summary>
    public static StructureField[] UstarHeader { get; } =
    [
        Text("name", 0, 100), Text("mode", 100, 8), Text("uid", 108, 8), Text("gid", 116, 8), Text("size", 124, 12), Text("mtime", 136, 12),
        Text("chksum", 148, 8), Text("typeflag", 156, 1), Text("linkname", 157, 100), Text("magic", 257, 6), Text("version", 263, 2),
        Text("uname", 265, 32), Text("gname", 297, 32), Text("devmajor", 329, 8), Text("devminor", 337, 8), Text("prefix", 345, 155),
        new("padding", 500, 12, FieldKind.Bytes),
    ];

    /// <summary>GNU tar manual, "Basic Tar Format": magic and version are one.</summary>
    public static StructureField[] OldGnuHeader { get; } =
    [
        .. UstarHeader.TakeWhile(static f => f.Name != "magic"), Text("magic", 257, 8), .. UstarHeader.SkipWhile(static f => f.Name != "uname"),
    ];

    /// <summary>Linux, Documentation/driver-api/early-userspace/buffer-format.rst.</summary>
    public static StructureField[] NewcHeader { get; } =
    [
        Text("c_magic", 0, 6), Text("c_ino", 6, 8), Text("c_mode", 14, 8), Text("c_uid", 22, 8), Text("c_gid", 30, 8), Text("c_nlink", 38, 8),
        Text("c_mtime", 46, 8), Text("c_filesize", 54, 8), Text("c_maj", 62, 8), Text("c_min", 70, 8), Text("c_rmaj", 78, 8), Text("c_rmin", 86, 8),
        Text("c_namesize", 94, 8), Text("c_chksum", 102, 8),
    ];

    /// <summary>RFC 1952, section 2.3.</summary>
    public static StructureField[] GzipHeader { get; } =
    [
        new("ID1 ID2", 0, 2, FieldKind.Bytes), new("CM", 2, 1), new("FLG", 3, 1), new("MTIME", 4, 4), new("XFL", 8, 1), new("OS", 9, 1),
    ];

    /// <summary>RFC 1952, section 2.3: the last eight bytes.</summary>
    public static StructureField[] GzipTrailer { get; } = [new("CRC32", 0, 4), new("ISIZE", 4, 4)];

    private static StructureField Text(string name, int offset, int length) => new(name, offset, length, FieldKind.Ascii);
}
