namespace ReproBuild.Outputs.Iso9660;

/// <summary>Numbers of ECMA-119 and of the specifications that extend it.</summary>
internal static class IsoConstants
{
    /// <summary>The logical sector and the logical block, in bytes (ECMA-119, sections 6.1.2 and 6.2.2).</summary>
    public const int SectorSize = 2048;

    /// <summary>Sectors whose content the standard leaves to the system (section 6.2.1).</summary>
    public const int SystemAreaSectors = 16;

    /// <summary>A directory record without its identifier (section 9.1).</summary>
    public const int RecordHeaderSize = 33;

    /// <summary>The longest record: its length is one byte, and even.</summary>
    public const int MaxRecordSize = 254;

    /// <summary>The longest part of a file that one record describes: a whole number of sectors, in 32 bits.</summary>
    public const long MaxSectionSize = 0xfffff800;

    /// <summary>How many parts Linux follows (fs/isofs/inode.c, isofs_read_level3_size).</summary>
    public const int MaxSections = 100;

    /// <summary>File names of levels 2 and 3: name and extension together (section 7.5.1).</summary>
    public const int MaxFileName = 30;

    /// <summary>Directory names of levels 2 and 3 (section 7.6.3).</summary>
    public const int MaxDirectoryName = 31;

    /// <summary>Joliet names that every reader takes; the specification says 64, but a record has room for more.</summary>
    public const int MaxJolietName = 103;

    /// <summary>Path tables number a directory's parent in 16 bits (section 9.4.4).</summary>
    public const int MaxParentNumber = ushort.MaxValue;

    public const byte FlagDirectory = 0x02;

    /// <summary>Not the last record of the file (section 9.1.6).</summary>
    public const byte FlagMultiExtent = 0x80;

    public static ReadOnlySpan<byte> SelfIdentifier => [0];

    public static ReadOnlySpan<byte> ParentIdentifier => [1];

    public static long SectorsOf(long bytes) => (bytes + SectorSize - 1) / SectorSize;
}
