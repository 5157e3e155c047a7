namespace ReproBuild.Outputs.Disks;

/// <summary>How a virtual machine disk (VMDK) is written.</summary>
public sealed record VmdkOptions
{
    /// <summary>The content id (CID); 0xffffffff means none and 0xfffffffe is reserved.</summary>
    public required uint ContentId { get; init; }

    /// <summary>How many threads compress, at most 32 of them; it never shows in the bytes.</summary>
    /// <value>Default 1. At least 1.</value>
    public int MaxParallelism { get; init; } = 1;
}
