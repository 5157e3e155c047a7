using ReproBuild.Core.FileSystem;

namespace ReproBuild.Conformance;

/// <summary>What <see cref="OutputFormatConformance"/> runs a format with.</summary>
public sealed record OutputFormatConformanceOptions
{
    /// <summary>The kernel.</summary>
    /// <value>Default a few bytes that are no kernel: a format that looks into it needs one with the right headers.</value>
    public KernelFiles Kernel { get; init; } = new(FileContent.FromBytes("no kernel"u8.ToArray()), "console=ttyS0", Microcode: null);

    /// <summary>The platform.</summary>
    /// <value>Default <c>linux/amd64</c>.</value>
    public Platform Platform { get; init; } = Platform.Linux("amd64");

    /// <summary>Files that every sample has, for a format that takes some from the root, such as a device tree.</summary>
    /// <value>Default null: none.</value>
    public FileTree? CommonFiles { get; init; }

    /// <summary>A further root file system to run over, beside the samples.</summary>
    /// <value>Default null.</value>
    public FileTree? Root { get; init; }

    /// <summary>The size of a disk in bytes that the format is asked for.</summary>
    /// <value>Default null: as small as the content needs.</value>
    public long? DiskSize { get; init; }

    /// <summary>How many bytes of content the format gets to show that its memory is bounded. They are generated as they are read.</summary>
    /// <value>Default 256 MiB; 0 leaves the rule out. More than twice <see cref="MemoryLimit"/>, or the check cannot fail.</value>
    public long LargeContentSize { get; init; } = 256L << 20;

    /// <summary>By how many bytes the managed heap may grow meanwhile; whatever else runs in the process counts too.</summary>
    /// <value>Default 64 MiB.</value>
    public long MemoryLimit { get; init; } = 64L << 20;
}
