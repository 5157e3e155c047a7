using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Partitioning;

namespace ReproBuild.Outputs.Disks.Containers;

/// <summary>qcow2, for QEMU.</summary>
internal sealed class Qcow2Container : IDiskContainer
{
    public long SizeMultiple => DiskSectors.Size;

    public long MaxSize => Qcow2Image.MaxDiskSize;

    public Task WriteAsync(FileContent disk, OutputContext context, string suffix, CancellationToken cancellationToken) =>
        context.WriteArtifactAsync(suffix, Qcow2Image.Create(disk), cancellationToken);
}
