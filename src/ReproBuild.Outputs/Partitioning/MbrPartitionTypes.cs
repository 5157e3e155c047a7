namespace ReproBuild.Outputs.Partitioning;

/// <summary>Type bytes of partitions in a master boot record.</summary>
public static class MbrPartitionTypes
{
    /// <summary>FAT12, in the first 32 MiB of the disk.</summary>
    public const byte Fat12 = 0x01;

    /// <summary>FAT16, addressed by sector numbers.</summary>
    public const byte Fat16Lba = 0x0e;

    /// <summary>FAT32, addressed by sector numbers.</summary>
    public const byte Fat32Lba = 0x0c;

    /// <summary>A Linux file system.</summary>
    public const byte Linux = 0x83;

    /// <summary>The whole disk, partitioned by a GUID partition table.</summary>
    public const byte GptProtective = 0xee;

    /// <summary>An EFI system partition on a disk without a GUID partition table.</summary>
    public const byte EfiSystem = 0xef;
}
