using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Disks.Containers;

/// <summary>Stream-optimized VMDK, for VMware.</summary>
internal sealed class VmdkContainer : IDiskContainer
{
    /// <summary>The two highest content ids have meanings of their own.</summary>
    private const uint LargestContentId = 0xfffffffd;

    public long SizeMultiple => VmdkImage.GrainSize;

    public long MaxSize => VmdkImage.MaxDiskSize;

    public async Task WriteAsync(FileContent disk, OutputContext context, string suffix, CancellationToken cancellationToken)
    {
        var options = new VmdkOptions
        {
            ContentId = Math.Min(LargestContentId, IdentifierDerivation.DeriveUInt32(context.Root.ComputeDigest(cancellationToken), "vmdk content")),
            MaxParallelism = context.MaxParallelism,
        };
        var artifact = await context.CreateArtifactAsync(suffix, cancellationToken).ConfigureAwait(false);
        await using (artifact.ConfigureAwait(false))
        {
            await VmdkImage.WriteAsync(disk, artifact, options, cancellationToken).ConfigureAwait(false);
        }
    }
}
