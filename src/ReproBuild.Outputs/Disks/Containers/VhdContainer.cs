using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Disks.Containers;

/// <summary>VHD, for Hyper-V and Azure.</summary>
internal sealed class VhdContainer(bool isDynamic) : IDiskContainer
{
    /// <summary>Azure takes whole mebibytes only.</summary>
    public long SizeMultiple => 1024 * 1024;

    public long MaxSize => VhdImage.MaxDiskSize;

    public Task WriteAsync(FileContent disk, OutputContext context, string suffix, CancellationToken cancellationToken)
    {
        var options = new VhdOptions
        {
            UniqueId = IdentifierDerivation.DeriveGuid(context.Root.ComputeDigest(cancellationToken), "vhd disk"),
            SourceDateEpoch = context.SourceDateEpoch,
        };
        var image = isDynamic ? VhdImage.CreateDynamic(disk, options) : VhdImage.CreateFixed(disk, options);
        return context.WriteArtifactAsync(suffix, image, cancellationToken);
    }
}
