using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Disks.Containers;

/// <summary>Writes a disk the way a hypervisor or a cloud wants it.</summary>
internal interface IDiskContainer
{
    /// <summary>What the disk's size must be a multiple of, in bytes.</summary>
    long SizeMultiple { get; }

    /// <summary>The largest disk, in bytes.</summary>
    long MaxSize { get; }

    /// <summary>Writes the disk as an artifact.</summary>
    Task WriteAsync(FileContent disk, OutputContext context, string suffix, CancellationToken cancellationToken);
}
