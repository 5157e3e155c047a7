using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Partitioning;
using ReproBuild.Outputs.Shared;
using ReproBuild.Outputs.VirtualDisks;

namespace ReproBuild.Outputs.Disks;

/// <summary>Writes a disk the way a hypervisor or a cloud wants it.</summary>
internal interface IDiskContainer
{
    /// <summary>The smallest disk, in bytes: none of its own, unless a reader documents one.</summary>
    long MinSize => 0;

    /// <summary>What the disk's size must be a multiple of, in bytes.</summary>
    long SizeMultiple { get; }

    /// <summary>The largest disk, in bytes.</summary>
    long MaxSize { get; }

    /// <summary>Whether the disk is compressed.</summary>
    bool Compresses => false;

    /// <summary>Writes the disk as an artifact.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="context">The build.</param>
    /// <param name="suffix">The artifact's.</param>
    /// <param name="effort">How hard it compresses, if it does.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task WriteAsync(FileContent disk, OutputContext context, string suffix, CompressionEffort effort, CancellationToken cancellationToken);
}

/// <summary>The disk as it is.</summary>
internal sealed class RawContainer : IDiskContainer
{
    public long SizeMultiple => DiskSectors.Size;

    /// <summary>None of its own: what a file can have.</summary>
    public long MaxSize => long.MaxValue;

    public Task WriteAsync(FileContent disk, OutputContext context, string suffix, CompressionEffort effort, CancellationToken cancellationToken) =>
        context.WriteArtifactAsync(suffix, disk, cancellationToken);
}

/// <summary>qcow2, for QEMU.</summary>
internal sealed class Qcow2Container : IDiskContainer
{
    public long SizeMultiple => DiskSectors.Size;

    public long MaxSize => Qcow2Image.MaxDiskSize;

    public Task WriteAsync(FileContent disk, OutputContext context, string suffix, CompressionEffort effort, CancellationToken cancellationToken) =>
        context.WriteArtifactAsync(suffix, Qcow2Image.Create(disk), cancellationToken);
}

/// <summary>VHD, for Hyper-V and Azure.</summary>
internal sealed class VhdContainer(bool isDynamic) : IDiskContainer
{
    /// <summary>Azure takes no upload of less than 20 MiB and the footer (Azure REST API, CreationData, <c>uploadSizeBytes</c>).</summary>
    public long MinSize => 20 * 1024 * 1024;

    /// <summary>Azure takes whole mebibytes only (<c>Add-AzVhd</c>).</summary>
    public long SizeMultiple => 1024 * 1024;

    public long MaxSize => VhdImage.MaxDiskSize;

    public Task WriteAsync(FileContent disk, OutputContext context, string suffix, CompressionEffort effort, CancellationToken cancellationToken)
    {
        var options = new VhdOptions
        {
            UniqueId = IdentifierDerivation.DeriveGuid(context.Root.ComputeDigest(cancellationToken), "vhd disk"),
            IsDynamic = isDynamic,
            SourceDateEpoch = context.SourceDateEpoch,
        };
        return context.WriteArtifactAsync(suffix, VhdImage.Create(disk, options), cancellationToken);
    }
}

/// <summary>Stream-optimized VMDK, for VMware.</summary>
internal sealed class VmdkContainer : IDiskContainer
{
    /// <summary>The two highest content ids have meanings of their own.</summary>
    private const uint LargestContentId = 0xfffffffd;

    public bool Compresses => true;

    public long SizeMultiple => VmdkImage.GrainSize;

    public long MaxSize => VmdkImage.MaxDiskSize;

    public async Task WriteAsync(
        FileContent disk, OutputContext context, string suffix, CompressionEffort effort, CancellationToken cancellationToken)
    {
        var derived = IdentifierDerivation.DeriveUInt32(context.Root.ComputeDigest(cancellationToken), "vmdk content");
        var options = new VmdkOptions
        {
            ContentId = Math.Min(LargestContentId, derived),
            MaxParallelism = context.MaxParallelism,
            Effort = effort,
        };
        var artifact = await context.CreateArtifactAsync(suffix, cancellationToken).ConfigureAwait(false);
        await using (artifact.ConfigureAwait(false))
        {
            await VmdkImage.WriteAsync(disk, artifact, options, cancellationToken).ConfigureAwait(false);
        }
    }
}
