namespace ReproBuild.Outputs.Initrd;

/// <summary>How the archive in an initrd is compressed.</summary>
public enum InitrdCompression
{
    /// <summary>One gzip member (RFC 1952), which every kernel with an initrd reads (CONFIG_RD_GZIP).</summary>
    Gzip,

    /// <summary>One Zstandard frame (RFC 8878): smaller, and unpacked faster; Linux 5.9 and later read it (CONFIG_RD_ZSTD).</summary>
    Zstd,

    /// <summary>A legacy LZ4 frame: larger, and unpacked in the least time; Linux 3.11 and later read it (CONFIG_RD_LZ4).</summary>
    Lz4,

    /// <summary>Not compressed, for what compresses the whole, or has no time to unpack; every kernel reads it.</summary>
    None,
}

/// <summary>How an initrd is written.</summary>
internal sealed record InitrdOptions
{
    public InitrdCompression Compression { get; init; } = InitrdCompression.Gzip;

    public CompressionEffort Effort { get; init; } = CompressionEffort.Default;

    /// <summary>Whether it is an error that the archive loses something; else the log tells, once for all formats.</summary>
    public bool IsStrict { get; init; }
}
