namespace ReproBuild.Outputs.SquashFs;

/// <summary>How the blocks of a SquashFS image are compressed; the values are those of the superblock.</summary>
public enum SquashFsCompression
{
    /// <summary>zlib streams (RFC 1950).</summary>
    Gzip = 1,

    /// <summary>LZ4 blocks: larger images, compressed in the least time; Linux 3.19 and later read them (CONFIG_SQUASHFS_LZ4).</summary>
    Lz4 = 5,

    /// <summary>Zstandard frames (RFC 8878): smaller images that are read faster than gzip's, by Linux 4.14 and later.</summary>
    Zstd = 6,
}
