namespace ReproBuild;

/// <summary>
/// Limits on what is read from outside. Exceeding one is an <see cref="IntegrityException"/> that names the limit, or of a configuration a
/// <see cref="ConfigurationException"/>.
/// </summary>
public sealed record InputLimits
{
    /// <summary>The defaults.</summary>
    public static InputLimits Default { get; } = new();

    /// <summary>How many entries one tar archive may have.</summary>
    /// <value>Default 4,000,000.</value>
    public int MaxArchiveEntries { get; init; } = 4_000_000;

    /// <summary>
    /// How many entries the layers of one image may have together, how many they may put into its tree, implied parent directories included, and
    /// how many the images and files of a build may put into the root file system.
    /// </summary>
    /// <value>Default 8,000,000.</value>
    public int MaxTreeEntries { get; init; } = 8_000_000;

    /// <summary>
    /// How many bytes the paths of a tree's entries may have together, each counted in full, and what symbolic links on the way add to them.
    /// </summary>
    /// <value>Default 512 MiB: 8,000,000 paths of 67 bytes.</value>
    public long MaxTreePathSize { get; init; } = 512L << 20;

    /// <summary>How many bytes the path or link target of an entry may have: in an archive, in <c>files</c>, and in the root file system.</summary>
    /// <value>Default 4,095, Linux's PATH_MAX without the NUL.</value>
    public int MaxPathLength { get; init; } = 4095;

    /// <summary>How many bytes one component of a path may have.</summary>
    /// <value>Default 255, Linux's NAME_MAX.</value>
    public int MaxNameLength { get; init; } = 255;

    /// <summary>How many bytes the global PAX headers of one archive may have, all together; they count for every entry after them.</summary>
    /// <value>Default 64 KiB.</value>
    public int MaxGlobalHeaderSize { get; init; } = 64 * 1024;

    /// <summary>How many bytes the extended headers (PAX, GNU long names, sparse maps) of one entry may have.</summary>
    /// <value>Default 8 MiB.</value>
    public int MaxExtendedHeaderSize { get; init; } = 8 * 1024 * 1024;

    /// <summary>
    /// How many bytes the names, link targets, extended attributes, PAX records and sparse maps of an archive's entries may have together,
    /// and of all layers of an image; 64 are added for each attribute, record and run of a map. What memory takes grows with them.
    /// </summary>
    /// <value>Default 1 GiB: 4,000,000 entries with 268 bytes each.</value>
    public long MaxMetadataSize { get; init; } = 1L << 30;

    /// <summary>How many bytes the holes of an archive's sparse files may have together, and of all layers of an image.</summary>
    /// <value>Default 8 GiB. A hole takes no room in a layer; a format that has no holes writes zeros.</value>
    public long MaxHoleSize { get; init; } = 8L << 30;

    /// <summary>How many bytes an uncompressed archive may have, and the files of one layer together, holes included.</summary>
    /// <value>Default 256 GiB.</value>
    public long MaxArchiveSize { get; init; } = 256L << 30;

    /// <summary>
    /// How many times larger than its compressed form a layer or a kernel may be, once it is larger than <see cref="CompressionRatioThreshold"/>.
    /// </summary>
    /// <value>Default 200. Deflate reaches 1,032 and zstd more with zeros alone; what programs consist of stays below 20.</value>
    public int MaxCompressionRatio { get; init; } = 200;

    /// <summary>Up to how many uncompressed bytes <see cref="MaxCompressionRatio"/> does not count.</summary>
    /// <value>Default 1 GiB: an image may hold an empty disk.</value>
    public long CompressionRatioThreshold { get; init; } = 1L << 30;

    /// <summary>How many bytes a manifest, index or image configuration may have.</summary>
    /// <value>Default 4 MiB, the least that the OCI distribution specification tells registries to accept.</value>
    public int MaxManifestSize { get; init; } = 4 * 1024 * 1024;

    /// <summary>How many indexes may be nested, the outermost included.</summary>
    /// <value>Default 4.</value>
    public int MaxIndexDepth { get; init; } = 4;

    /// <summary>How many manifests an image may have, in all its indexes together, and how many layers a manifest.</summary>
    /// <value>Default 1,024.</value>
    public int MaxDescriptors { get; init; } = 1024;

    /// <summary>
    /// How many bytes the layers of an image may have together, as they are stored and uncompressed, and all blobs of one that is copied whole.
    /// </summary>
    /// <value>Default 256 GiB.</value>
    public long MaxImageSize { get; init; } = 256L << 30;

    /// <summary>How many blobs an image may have that is copied whole, with the manifests, configurations and layers of all its platforms.</summary>
    /// <value>Default 16,384.</value>
    public int MaxImageBlobs { get; init; } = 16_384;

    /// <summary>How many images the <c>index.json</c> of an OCI image layout, or of the image cache, may name.</summary>
    /// <value>Default 100,000: a shared cache lists more images than one image may have manifests.</value>
    public int MaxLayoutImages { get; init; } = 100_000;

    /// <summary>How many bytes the SPDX attestations of an image may have together.</summary>
    /// <value>Default 256 MiB.</value>
    public int MaxAttestationSize { get; init; } = 256 * 1024 * 1024;

    /// <summary>
    /// How many bytes one configuration file, or an image's label of settings, may have; more is a <see cref="ConfigurationException"/>.
    /// </summary>
    /// <value>Default 4 MiB.</value>
    public int MaxConfigurationSize { get; init; } = 4 * 1024 * 1024;
}
