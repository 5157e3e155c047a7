using ReproBuild.Core.FileSystem;

namespace ReproBuild.Conformance;

/// <summary>The settings with which <see cref="OutputFormatConformance"/> runs a format.</summary>
public sealed record OutputFormatConformanceOptions
{
    /// <summary>The kernel.</summary>
    /// <value>Default a few bytes that are not a kernel: a format that reads its headers needs a real one.</value>
    public KernelFiles Kernel { get; init; } = new(FileContent.FromBytes("no kernel"u8.ToArray()), "console=ttyS0", Microcode: null);

    /// <summary>The platform.</summary>
    /// <value>Default <c>linux/amd64</c>.</value>
    public Platform Platform { get; init; } = Platform.Linux("amd64");

    /// <summary>Files that every sample contains, for a format that reads some from the root, such as a device tree.</summary>
    /// <value>Default null: none.</value>
    public FileTree? CommonFiles { get; init; }

    /// <summary>Another root file system to run over, in addition to the samples.</summary>
    /// <value>Default null.</value>
    public FileTree? Root { get; init; }

    /// <summary>The disk size in bytes that the format is asked for.</summary>
    /// <value>Default null: as small as the content needs.</value>
    public long? DiskSize { get; init; }

    /// <summary>How many bytes of content the format is given to show that its memory is bounded. They are generated as they are read.</summary>
    /// <value>Default 256 MiB; 0 skips the check. Give more than twice <see cref="MemoryLimit"/>, or the check cannot fail.</value>
    public long LargeContentSize { get; init; } = 256L << 20;

    /// <summary>By how many bytes the managed heap may grow meanwhile; anything else that runs in the process counts too.</summary>
    /// <value>Default 64 MiB.</value>
    public long MemoryLimit { get; init; } = 64L << 20;
}
