namespace ReproBuild.Outputs.Fat;

/// <summary>The three kinds of FAT volumes; only the count of clusters decides (Microsoft FAT specification, section 3.5).</summary>
internal enum FatType
{
    Fat12 = 12,
    Fat16 = 16,
    Fat32 = 32,
}

/// <summary>Numbers of the Microsoft FAT specification.</summary>
internal static class FatConstants
{
    public const int SectorSize = 512;
    public const int FatCount = 2;
    public const int DirectoryEntrySize = 32;
    public const int FirstCluster = 2;
    public const byte MediaFixed = 0xf8;

    /// <summary>Sectors before the first FAT.</summary>
    public const int ReservedSectors = 1;
    public const int ReservedSectorsFat32 = 32;
    public const int FsInfoSector = 1;
    public const int BackupBootSector = 6;

    /// <summary>The fewest entries of the root directory of FAT12 and FAT16; it grows in steps of a sector.</summary>
    public const int MinRootEntries = 512;

    /// <summary>Limits of the cluster count, as the specification computes the type.</summary>
    public const long MaxClustersFat12 = 4084;
    public const long MaxClustersFat16 = 65524;
    public const long MaxClustersFat32 = 0x0ffffff4;

    /// <summary>"Stay at least 16 clusters away from each cut-off": firmware computes it in more than one way.</summary>
    public const long CutOffMargin = 16;

    /// <summary>
    /// The least size of an EFI system partition on a disk, in bytes. UEFI asks for FAT32 there, which begins at 33 MiB: 65,525 clusters of 512
    /// bytes and two tables of them. A mebibyte more keeps the count a thousand clusters and more from that cut-off.
    /// </summary>
    public const long MinSystemPartition = 34 * SizeStep;

    /// <summary>A sector's number has 32 bits.</summary>
    public const long MaxSize = uint.MaxValue * (long)SectorSize;

    /// <summary>What the default size is a multiple of.</summary>
    public const long SizeStep = 1024 * 1024;

    public const long MaxFileSize = uint.MaxValue;
    public const int MaxLongName = 255;
    public const int LongNameUnits = 13;

    /// <summary>A directory holds at most 65,536 entries of 32 bytes.</summary>
    public const int MaxDirectoryEntries = 65536;

    public const byte AttributeVolumeLabel = 0x08;
    public const byte AttributeDirectory = 0x10;
    public const byte AttributeArchive = 0x20;
    public const byte AttributeLongName = 0x0f;
}
