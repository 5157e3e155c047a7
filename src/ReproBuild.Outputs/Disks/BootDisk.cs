using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot;
using ReproBuild.Outputs.Boot.Bios;
using ReproBuild.Outputs.Disks.Containers;
using ReproBuild.Outputs.Fat;
using ReproBuild.Outputs.Initrd;
using ReproBuild.Outputs.Partitioning;

namespace ReproBuild.Outputs.Disks;

/// <summary>A disk that boots the build's kernel and initrd from a FAT volume.</summary>
/// <param name="format">What errors name.</param>
/// <param name="context">The build.</param>
/// <param name="options">How the kernel is started.</param>
/// <param name="container">What the disk is put into, which limits its size.</param>
internal sealed class BootDisk(string format, OutputContext context, BootOptions options, IDiskContainer container)
{
    /// <summary>Master boot record with ReproBuild's boot program, which reads the files of the volume by their places.</summary>
    public async Task<FileContent> CreateBiosAsync(CancellationToken cancellationToken)
    {
        var kernel = context.RequireKernel(format);
        var sizes = new DiskSizes(format, context.DiskSize, container, DiskTable.Mbr);
        var initrd = await InitrdImage.GetOrCreateAsync(context, cancellationToken).ConfigureAwait(false);
        BiosBootProgram.Check(format, kernel.Kernel, initrd, kernel.CommandLine);
        var (volume, size) = CreateVolume(BootFiles.ForBios(context, kernel, initrd), sizes, cancellationToken);
        var table = new BiosBootTable(
            Extent(volume, BootFiles.Kernel, kernel.Kernel.Length),
            Extent(volume, BootFiles.Initrd, initrd.Length),
            Extent(volume, BootFiles.CommandLine, KernelArtifacts.CommandLine(kernel).Length));
        var type = volume.IsFat32 ? MbrPartitionTypes.Fat32Lba : volume.IsFat12 ? MbrPartitionTypes.Fat12 : MbrPartitionTypes.Fat16Lba;
        return MbrDisk.Create([new MbrPartition(type, volume.Content, IsActive: true)], new MbrDiskOptions
        {
            DiskSignature = IdentifierDerivation.DeriveUInt32(context.Root.ComputeDigest(cancellationToken), "mbr disk"),
            BootProgram = BiosBootProgram.ForDisk(table),
            Size = size,
        });
    }

    /// <summary>GUID partition table with an EFI system partition that holds the unified kernel image.</summary>
    public async Task<FileContent> CreateEfiAsync(CancellationToken cancellationToken)
    {
        var kernel = context.RequireKernel(format);
        var sizes = new DiskSizes(format, context.DiskSize, container, DiskTable.Gpt);
        var initrd = await InitrdImage.GetOrCreateAsync(context, cancellationToken).ConfigureAwait(false);
        var image = BootFiles.UnifiedImage(context, format, kernel.CommandLine, kernel, initrd, options, cancellationToken);
        var (volume, size) = CreateVolume(BootFiles.ForEfi(context, image), sizes, cancellationToken);
        var seed = context.Root.ComputeDigest(cancellationToken);
        var partition = new GptPartition(GptPartitionTypes.EfiSystem, IdentifierDerivation.DeriveGuid(seed, "gpt esp"), "EFI System", volume.Content);
        return GptDisk.Create([partition], new GptDiskOptions { DiskId = IdentifierDerivation.DeriveGuid(seed, "gpt disk"), Size = size });
    }

    /// <summary>The volume that fills the disk, as far as FAT does.</summary>
    private (FatVolume Volume, long DiskSize) CreateVolume(FileTree tree, DiskSizes sizes, CancellationToken cancellationToken)
    {
        var fat = new FatOptions
        {
            SerialNumber = IdentifierDerivation.DeriveUInt32(context.Root.ComputeDigest(cancellationToken), "fat volume"),
            HiddenSectors = (uint)(MbrDisk.FirstPartitionOffset / DiskSectors.Size),
            FormatName = format,
            SourceDateEpoch = context.SourceDateEpoch,
        };
        var smallest = FatVolume.Create(tree, fat, cancellationToken);
        var size = sizes.Choose(smallest.Content.Length);
        return context.DiskSize is null
            ? (smallest, size)
            : (FatVolume.Create(tree, fat with { Size = sizes.RoomIn(size) }, cancellationToken), size);
    }

    private static BootExtent Extent(FatVolume volume, string path, long length) =>
        new(length == 0 ? 0 : MbrDisk.FirstPartitionOffset + volume.OffsetOf(path), length);
}
