using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Partitioning;

namespace ReproBuild.Outputs.Disks.Containers;

/// <summary>The disk as it is.</summary>
internal sealed class RawContainer : IDiskContainer
{
    public long SizeMultiple => DiskSectors.Size;

    /// <summary>None of its own: what a file can have.</summary>
    public long MaxSize => long.MaxValue;

    public Task WriteAsync(FileContent disk, OutputContext context, string suffix, CancellationToken cancellationToken) =>
        context.WriteArtifactAsync(suffix, disk, cancellationToken);
}
